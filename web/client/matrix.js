/** How many teams there are of each level and type; every number opens the directory under its filters. */
import { html } from './vendor/preact.js';
import { directory } from './address.js';
import { capital, number, words } from './words.js';

const sum = (stats, of) => stats.filter(of).reduce((total, stat) => total + stat.teamCount, 0);

/** A cell; `share` of the largest one shades it, so that the eye finds where the teams are. */
function Cell({ count, share, filters, name }) {
  if (count === 0) return html`<td class="nil"><span>0</span></td>`;
  return html`
    <td class=${share === undefined ? 'sum' : undefined} style=${{ '--share': share ?? 0 }}>
      <a href=${directory(filters)} aria-label=${name}>${number(count)}</a>
    </td>
  `;
}

function Row({ level, types, stats, largest }) {
  const text = words();
  const here = stats.filter((stat) => stat.level === level.code);
  const total = sum(here, () => true);
  return html`
    <tr>
      <th scope="row">${capital(level.label)}</th>
      ${types.map((type) => {
        const count = sum(here, (stat) => stat.type === type.code);
        const name = text.cell(capital(level.label), type.label, number(count));
        const filters = { level: level.code, type: type.code };
        return html`<${Cell} key=${type.code} ...${{ count, name, filters }} share=${count / largest} />`;
      })}
      <${Cell} count=${total} filters=${{ level: level.code }} name=${text.cell(level.label, text.total, number(total))} />
    </tr>
  `;
}

export function Matrix({ stats, levels, types }) {
  const text = words();
  const largest = Math.max(1, ...stats.map((stat) => stat.teamCount));
  const all = sum(stats, () => true);
  return html`
    <table class="matrix">
      <caption class="unseen">${text.matrix}</caption>
      <thead>
        <tr>
          <td></td>
          ${types.map((type) => html`<th scope="col" key=${type.code}>${capital(type.label)}</th>`)}
          <th scope="col">${text.total}</th>
        </tr>
      </thead>
      <tbody>
        ${levels.map((level) => html`<${Row} key=${level.code} ...${{ level, types, stats, largest }} />`)}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">${text.total}</th>
          ${types.map((type) => {
            const count = sum(stats, (stat) => stat.type === type.code);
            const name = text.cell(text.total, type.label, number(count));
            return html`<${Cell} key=${type.code} ...${{ count, name }} filters=${{ type: type.code }} />`;
          })}
          <${Cell} count=${all} filters=${{}} name=${text.cell(text.total, '', number(all))} />
        </tr>
      </tfoot>
    </table>
  `;
}
