/** The small parts that all pages share: what is shown while something loads, failed, is old, or is not there. */
import { html } from './vendor/preact.js';
import { moment, words } from './words.js';

/** Gray bars in the shape of what comes; said once to screen readers. */
export function Skeleton({ rows = 3, kind = 'line' }) {
  return html`
    <div class="skeleton" role="status">
      <span class="unseen">${words().loading}</span>
      ${Array.from({ length: rows }, (_, at) => html`<div class=${`bone ${kind}`} key=${at} aria-hidden="true" />`)}
    </div>
  `;
}

/** A failure in words, with what one can do about it. `children` are further ways out. */
export function Problem({ failure, again, children }) {
  const text = words();
  const { kind, requestId } = failure;
  return html`
    <div class="problem" role="alert">
      <p class="problem-title">${text[kind]}</p>
      <p>${text[`${kind}Hint`]}</p>
      ${requestId && html`<p class="fine">${text.request} <code>${requestId}</code></p>`}
      <p class="actions">
        ${kind !== 'refused' && html`<button type="button" class="button" onClick=${again}>${text.again}</button>`}
        ${children}
      </p>
    </div>
  `;
}

/** Says from when the data are, when newer ones could not be had. */
export function Stale({ answer }) {
  const text = words();
  if (answer.phase !== 'failed' || !answer.data) return null;
  const say = answer.failure.kind === 'offline' ? text.staleOffline : text.stale;
  return html`
    <div class="stale" role="status">
      <span>${say(moment(answer.at))}</span>
      <button type="button" onClick=${answer.again}>${text.again}</button>
    </div>
  `;
}

/** What an answer becomes: bones while there is nothing, a failure in words, or `children(data)`, old or new. */
export function Answered({ answer, bones, children, out }) {
  if (answer.data) return html`<${Stale} answer=${answer} />${children(answer.data)}`;
  if (answer.phase === 'failed') {
    return html`<${Problem} failure=${answer.failure} again=${answer.again}>${out}<//>`;
  }
  return bones;
}

export function Empty({ title, hint, children }) {
  return html`
    <div class="empty">
      <p class="problem-title">${title}</p>
      <p>${hint}</p>
      <p class="actions">${children}</p>
    </div>
  `;
}
