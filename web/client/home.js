/** The first page: what this is, the live counts, the places, how to ask for help. */
import { html } from './vendor/preact.js';
import { directory, go } from './address.js';
import { useAnswer } from './answers.js';
import { siteName, usePage } from './frame.js';
import { Help } from './help.js';
import { Matrix } from './matrix.js';
import { Answered, Skeleton } from './parts.js';
import { Search } from './search.js';
import { number, words } from './words.js';

function Facts({ data }) {
  const text = words();
  const total = (name) => data.matrix.reduce((sum, stat) => sum + stat[name], 0);
  const facts = [
    [total('teamCount'), text.unitTeams],
    [total('memberCount'), text.unitMembers],
    [data.villages.totalCount, text.unitVillages],
    [data.stations.totalCount, text.unitStations],
  ];
  return html`
    <dl class="facts">
      ${facts.map(
        ([count, unit]) => html`
          <div key=${unit}>
            <dt>${unit}</dt>
            <dd>${number(count)}</dd>
          </div>
        `,
      )}
    </dl>
  `;
}

function Townships({ stats }) {
  const places = stats.filter((stat) => stat.township);
  return html`
    <ul class="places">
      ${places.map(
        ({ township, teamCount }) => html`
          <li key=${township.code}>
            <a href=${directory({ place: township.code })}>
              <span lang="zh-CN">${township.name}</span>
              <span class="count">${number(teamCount)}</span>
            </a>
          </li>
        `,
      )}
    </ul>
  `;
}

export function Home({ frame }) {
  const answer = useAnswer('Home', {});
  const text = usePage(siteName(frame.top), frame.top);
  const bones = html`<${Skeleton} rows=${1} kind="tall" />`;
  const shown = frame.levels.length ? answer : { ...frame, data: null }; // counts without words for them say nothing
  return html`
    <section class="hero">
      <p class="eyebrow">${text.eyebrow}</p>
      <h1>${siteName(frame.top)}</h1>
      <p class="lead">${text.lead}</p>
      <${Search} value="" live=${false} onSearch=${(q) => go(directory({ q }))} />
    </section>
    <${Answered} answer=${shown} bones=${bones}>
      ${(data) => html`
        <${Facts} data=${data} />
        <section aria-labelledby="matrix">
          <h2 id="matrix">${text.matrix}</h2>
          <p class="fine">${text.matrixHint}</p>
          <${Matrix} stats=${data.matrix} levels=${frame.levels} types=${frame.types} />
        </section>
        <section aria-labelledby="places">
          <h2 id="places">${text.byTownship}</h2>
          <${Townships} stats=${data.townships} />
        </section>
      `}
    <//>
    <${Help} />
  `;
}
