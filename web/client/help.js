/** How to ask for help: the three steps, and the one sentence on a team's page. No phone number is public. */
import { html } from './vendor/preact.js';
import { words } from './words.js';

export function Help() {
  const text = words();
  return html`
    <section class="help" aria-labelledby="help">
      <h2 id="help">${text.helpTitle}</h2>
      <ol class="steps">
        ${text.help.map(
          ([title, line]) => html`
            <li key=${title}>
              <h3>${title}</h3>
              <p>${line}</p>
            </li>
          `,
        )}
      </ol>
    </section>
  `;
}

/**
 * Where to ask for this very team: at the station of its own village; of a team that serves a whole township or the
 * banner, at the station of the visitor's.
 */
export function HelpFromTeam({ team }) {
  const text = words();
  const { level, name } = team.division;
  return html`
    <section class="help card" aria-labelledby="help">
      <h2 id="help">${text.helpTitle}</h2>
      <p>${text.helpTeam(level === 'VILLAGE' ? name : text.yourVillage)}</p>
    </section>
  `;
}
