/** What a file holds: the sums, and row by row what was refused, mended, noticed and skipped. */
import { html, signal, useEffect, useRef } from '../vendor/preact.js';
import { ask, Failure } from '../ask.js';
import { Problem, Skeleton } from '../parts.js';
import { language, number } from '../words.js';
import { said } from './words.js';

const COUNTS = { REJECTED: 'rejectedCount', CORRECTED: 'correctedCount', WARNING: 'warningCount', SKIPPED: 'skippedCount' };
const KINDS = Object.keys(COUNTS);

const chosen = signal('REJECTED');
/** `{key, nodes, end, phase, failure}` of the tab that is open. */
const rows = signal({ key: '', nodes: [], end: null, phase: 'loading', failure: null });

/** Fetch the next stretch of a tab, or the first one. An answer that comes late changes nothing. */
async function fetchRows(key, id, kind) {
  const before = rows.peek().key === key ? rows.peek() : { key, nodes: [], end: null };
  rows.value = { ...before, phase: 'loading', failure: null };
  try {
    const after = before.end ? before.end.endCursor : null;
    const { workbookImport } = await ask('ImportEntries', { id, kind, after, language: language.value });
    if (rows.peek().key !== key) return;
    const { nodes, pageInfo } = workbookImport ? workbookImport.entries : { nodes: [], pageInfo: null };
    rows.value = { key, nodes: [...before.nodes, ...nodes], end: pageInfo, phase: 'ready', failure: null };
  } catch (error) {
    if (rows.peek().key !== key) return;
    rows.value = { ...before, phase: 'failed', failure: error instanceof Failure ? error : new Failure('server') };
  }
}

export function Sums({ found }) {
  const text = said();
  const { counts = {}, changes = {} } = found.summary || {};
  const told = ({ created, updated, unchanged }) => text.changes(number(created), number(updated), number(unchanged));
  return html`
    <dl class="facts sums">
      ${Object.entries(counts).map(
        ([name, { accepted, rejected }]) => html`
          <div key=${name}>
            <dt>${text.taken[name] ?? name}${rejected > 0 && html` · <b>${text.rejected(number(rejected))}</b>`}</dt>
            <dd>${text.accepted(number(accepted))}${changes[name] && html`<p class="fine">${told(changes[name])}</p>`}</dd>
          </div>
        `,
      )}
    </dl>
  `;
}

function Entry({ entry }) {
  const text = said();
  const { sheet, row, field, fromText, toText, codeLabel } = entry;
  return html`
    <li>
      <p class="fine">${text.row(sheet, row)}${field && html` · ${text.fields[field] ?? field}`}</p>
      <p>${codeLabel}</p>
      ${(fromText !== null || toText !== null) &&
      html`<p class="change" lang="zh-CN">
        ${fromText !== null && html`<span>${fromText}</span>`}
        ${toText !== null && html` → <b>${toText}</b>`}
      </p>`}
    </li>
  `;
}

export function Tabs({ found }) {
  const text = said();
  const list = useRef(null);
  const kind = chosen.value;
  const key = `${found.id}:${found.state}:${kind}:${language.value}`;
  useEffect(() => {
    fetchRows(key, found.id, kind);
  }, [key]);
  const step = (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const next = (KINDS.indexOf(kind) + by + KINDS.length) % KINDS.length;
    chosen.value = KINDS[next];
    list.current.children[next].focus();
  };
  const { nodes, end, phase, failure } = rows.value;
  const again = () => fetchRows(key, found.id, kind);
  return html`
    <div class="tabs" role="tablist" aria-label=${text.tabs} ref=${list} onKeyDown=${step}>
      ${KINDS.map(
        (one) => html`
          <button
            type="button" role="tab" key=${one} id=${`tab-${one}`} aria-selected=${String(one === kind)}
            aria-controls="rows" tabindex=${one === kind ? 0 : -1} onClick=${() => { chosen.value = one; }}
          >
            ${text.kinds[one]} <b>${number(found[COUNTS[one]])}</b>
          </button>
        `,
      )}
    </div>
    <section id="rows" role="tabpanel" aria-labelledby=${`tab-${kind}`} tabindex="0">
      ${phase === 'ready' && !nodes.length && html`<p class="fine">${text.none[kind]}</p>`}
      <ul class="entries">${nodes.map((entry) => html`<${Entry} key=${entry.id} entry=${entry} />`)}</ul>
      ${phase === 'loading' && html`<${Skeleton} rows=${2} />`}
      ${phase === 'failed' && html`<${Problem} failure=${failure} again=${again} />`}
      ${phase === 'ready' && end && end.hasNextPage &&
      html`<p class="end"><button type="button" class="button" onClick=${again}>${text.more}</button></p>`}
    </section>
  `;
}
