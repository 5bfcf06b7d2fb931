/** The directory of teams: search as one types, filters that the address keeps, an endless list. */
import { html } from './vendor/preact.js';
import { directory, exported, here, teamAddress } from './address.js';
import { change, Choices, inWords, whereOf } from './filters.js';
import { usePage } from './frame.js';
import { useListing } from './listing.js';
import { Answered, Empty, Problem, Skeleton } from './parts.js';
import { Search } from './search.js';
import { capital, language, number, words } from './words.js';

export function placeWords({ name, township }) {
  return township ? `${township.name} ${name}` : name;
}

function TeamRow({ team }) {
  const text = words();
  return html`
    <li>
      <a class="team" href=${teamAddress(team.code)}>
        <h2 lang="zh-CN">${team.name}</h2>
        <p lang="zh-CN">${placeWords(team.division)}</p>
        <p class="fine">
          <span class="tag">${capital(team.levelLabel)}</span>
          <span class="tag">${capital(team.typeLabel)}</span>
          ${team.status !== 'ACTIVE' && html`<span class="tag quiet">${capital(team.statusLabel)}</span>`}
          <span class="numbers">
            ${team.leaderName && html`<span>${text.leader} <span lang="zh-CN">${team.leaderName}</span></span>`}
            <span>${text.members(number(team.memberCount))}</span>
          </span>
        </p>
      </a>
    </li>
  `;
}

/** What stands below the rows: more to come, a stretch that failed, or the end. */
function End({ list }) {
  const text = words();
  const { phase, failure } = list.tail;
  if (phase === 'failed') return html`<${Problem} failure=${failure} again=${list.more} />`;
  if (!list.hasMore) return html`<p class="end fine">${text.end}</p>`;
  return html`
    <div class="end" ref=${list.mark}>
      <button type="button" class="button" disabled=${phase === 'loading'} onClick=${list.more}>
        ${phase === 'loading' ? text.loading : text.more}
      </button>
    </div>
  `;
}

function Rows({ list }) {
  const text = words();
  if (!list.total) {
    return html`
      <${Empty} title=${text.nothing} hint=${text.nothingHint}>
        <a class="button" href=${directory()}>${text.clearAll}</a>
      <//>
    `;
  }
  return html`
    <ul class="teams">${list.nodes.map((team) => html`<${TeamRow} key=${team.code} team=${team} />`)}</ul>
    <${End} list=${list} />
  `;
}

export function Directory({ frame }) {
  const { filters } = here.value;
  const where = whereOf(filters);
  const list = useListing({ where, place: filters.place, language: language.value });
  const text = usePage(inWords(filters, frame, list.place) || words().teams, frame.top);
  const chosen = Object.values(filters).some(Boolean);
  const clear = html`<a class="button" href=${directory()}>${text.clearAll}</a>`;
  return html`
    <h1 class="unseen">${text.teams}</h1>
    <div class="finder">
      <${Search} value=${filters.q} onSearch=${(q) => change({ q }, { typing: true })} />
      <${Choices} frame=${frame} filters=${filters} village=${list.place} />
    </div>
    <div class="tally">
      <p role="status">${list.data ? text.found(number(list.total)) : list.phase !== 'failed' && text.loading}</p>
      <span class="acts">
        ${chosen && html`<a href=${directory()}>${text.clearAll}</a>`}
        ${list.total > 0 && html`<a href=${exported(where)}>${text.exported}</a>`}
      </span>
    </div>
    <${Answered} answer=${list} bones=${html`<${Skeleton} rows=${6} kind="row" />`} out=${chosen && clear}>
      ${() => html`<${Rows} list=${list} />`}
    <//>
  `;
}
