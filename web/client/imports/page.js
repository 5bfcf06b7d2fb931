/** The page where a coordinator imports a workbook: choose, watch, check row by row, confirm or discard. */
import { html, useEffect } from '../vendor/preact.js';
import { go, here } from '../address.js';
import { usePage } from '../frame.js';
import { Answered, Empty, Skeleton } from '../parts.js';
import { language, moment, words } from '../words.js';
import { Sums, Tabs } from './review.js';
import { current, isAway, known, learn, open, settle, share, take, trouble } from './state.js';
import { inLanguage, said } from './words.js';

const PERMISSION = 'importWorkbook';

/** The page's own style sheet, which the first view does not carry. */
function dress() {
  const address = '/client/imports/imports.css';
  if (document.querySelector(`link[href="${address}"]`)) return;
  document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: address }));
}

function Chooser() {
  const text = said();
  const drop = (event) => {
    event.preventDefault();
    take(event.dataTransfer.files[0]);
  };
  const choose = ({ target }) => {
    take(target.files[0]);
    target.value = ''; // so that the same file can be chosen again
  };
  return html`
    <p class="lead">${text.lead}</p>
    <label class="drop" onDragOver=${(event) => event.preventDefault()} onDrop=${drop}>
      <b>${text.choose}</b>
      <span class="fine">${text.chooseHint}</span>
      <input type="file" accept=".xlsx,.xls,.ods,.csv" aria-label=${text.choose} onChange=${choose} />
    </label>
  `;
}

function Progress({ label, done, total }) {
  const value = total ? { value: Math.min(done, total), max: total } : {};
  return html`
    <div class="progress card">
      <p role="status">${label}</p>
      <progress aria-label=${said().title} ...${value} />
    </div>
  `;
}

function stepWords({ state, progress }) {
  const text = said();
  if (!progress.total) return text.waiting;
  const isStoring = state === 'IMPORTING' && /storing/.test(progress.step ?? '');
  return (isStoring ? text.storing : text.reading)(progress.done, progress.total);
}

function Wrong() {
  const text = said();
  const { code, message, again } = trouble.value;
  const ours = { TOO_LARGE: text.tooLarge, OFFLINE: text.lost, NOT_FOUND: text.gone };
  return html`
    <div class="problem" role="alert">
      <p class="problem-title">${ours[code] ?? inLanguage(message)}</p>
      <p class="actions">
        ${again && html`<button type="button" class="button" onClick=${again}>
          ${code === 'ALREADY_IMPORTED' ? text.again : text.retry}
        </button>`}
      </p>
    </div>
  `;
}

function Decision({ found }) {
  const text = said();
  if (found.state === 'PREVIEWED') {
    return html`
      <p class="actions decide">
        <button type="button" class="button primary" onClick=${() => settle('confirm')}>${text.confirm}</button>
        <button type="button" class="button" onClick=${() => settle('discard')}>${text.discard}</button>
      </p>
    `;
  }
  return html`
    <p class="actions decide">
      <button type="button" class="button" onClick=${() => go('/imports')}>${text.another}</button>
      ${found.state === 'DONE' && html`<a class="button" href="/teams">${text.teams}</a>`}
    </p>
  `;
}

function Import({ found }) {
  const text = said();
  const { state, progress, error, fileName, stateLabel } = found;
  const heads = { PREVIEWED: [text.preview, text.previewHint], DONE: [text.done, text.doneHint] };
  const [head, hint] = heads[state] ?? [language.value === 'ZH' ? stateLabel : state.toLowerCase(), inLanguage(error)];
  const isAtWork = state === 'READING' || state === 'IMPORTING';
  return html`
    <section aria-labelledby="import">
      <h2 id="import"><span lang="zh-CN">${fileName}</span></h2>
      ${isAtWork
        ? html`<${Progress} label=${isAway.value ? text.offline : stepWords(found)} ...${progress} />`
        : html`<p role="status"><b>${head}</b> <span class="fine">${hint}</span></p>`}
      ${(state === 'PREVIEWED' || state === 'DONE') &&
      html`<${Sums} found=${found} />`}
      ${!isAtWork && html`<${Decision} found=${found} />`}
      ${(state === 'PREVIEWED' || state === 'DONE') &&
      html`<${Tabs} found=${found} /><p class="fine">${text.masked}</p>`}
    </section>
  `;
}

function Earlier({ imports }) {
  const text = said();
  return html`
    <section aria-labelledby="earlier">
      <h2 id="earlier">${text.earlier}</h2>
      ${!imports.length && html`<p class="fine">${text.nothing}</p>`}
      <ul class="earlier">
        ${imports.map(
          ({ id, fileName, stateLabel, receivedAt }) => html`
            <li key=${id}>
              <a href=${`/imports?id=${id}`}>
                <span lang="zh-CN">${fileName}</span>
                <span class="fine">${stateLabel} · ${moment(Date.parse(receivedAt))}</span>
              </a>
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}

function Workshop({ data }) {
  const text = said();
  const { viewer, workbookImports } = data;
  const toExplorer = html`<a class="button" href="/graphql">${text.toExplorer}</a>`;
  if (!viewer.permissions.includes(PERMISSION)) {
    if (!viewer.account) return html`<${Empty} title=${text.signIn} hint=${text.signInHint}>${toExplorer}<//>`;
    return viewer.waitingRoles.length
      ? html`<${Empty} title=${text.secondFactor} hint=${text.secondFactorHint}>${toExplorer}<//>`
      : html`<${Empty} title=${text.noRole} hint=${text.noRoleHint}><a class="button" href="/">${words().home}</a><//>`;
  }
  const found = current.value;
  const sent = share.value;
  return html`
    ${sent !== null && html`<${Progress} label=${text.sending(Math.floor(sent * 100))} done=${sent} total=${1} />`}
    ${sent === null && !found && html`<${Chooser} />`}
    ${trouble.value && html`<${Wrong} />`}
    ${sent === null && found && html`<${Import} key=${found.id} found=${found} />`}
    <${Earlier} imports=${workbookImports.nodes} />
  `;
}

export function Imports({ frame }) {
  const text = said();
  usePage(text.title, frame.top);
  const { key } = here.value;
  useEffect(dress, []);
  useEffect(() => {
    learn();
  }, [language.value]);
  useEffect(() => {
    open(new URLSearchParams(location.search).get('id'));
  }, [key]);
  const answer = { ...known.value, again: learn, at: 0 };
  return html`
    <h1 class="imports">${text.title}</h1>
    <${Answered} answer=${answer} bones=${html`<${Skeleton} rows=${3} kind="row" />`}>
      ${(data) => html`<${Workshop} data=${data} />`}
    <//>
  `;
}
