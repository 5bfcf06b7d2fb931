/** One team: where it is, what its members can do, and how to ask it for help. */
import { html } from './vendor/preact.js';
import { directory, teamAddress } from './address.js';
import { useAnswer } from './answers.js';
import { usePage } from './frame.js';
import { HelpFromTeam } from './help.js';
import { Answered, Empty, Skeleton } from './parts.js';
import { capital, day, language, number, words } from './words.js';

/** The places from the banner down to the team's own. */
function chainOf(division) {
  const chain = [];
  for (let place = division; place; place = place.parent) chain.unshift(place);
  return chain;
}

function Chain({ division }) {
  return html`
    <nav class="chain" aria-label=${words().chain}>
      <ol lang="zh-CN">
        ${chainOf(division).map(
          ({ code, name }) => html`<li key=${code}><a href=${directory({ place: code })}>${name}</a></li>`,
        )}
      </ol>
    </nav>
  `;
}

/** A line of the facts; nothing is said of what nobody registered. */
function Fact({ name, children }) {
  if (children === null || children === undefined || children === '') return null;
  return html`
    <div>
      <dt>${name}</dt>
      <dd>${children}</dd>
    </div>
  `;
}

function Facts({ team }) {
  const text = words();
  const link = ({ code, name }) => html`<a href=${teamAddress(code)} lang="zh-CN">${name}</a>`;
  return html`
    <section class="card" aria-labelledby="about">
      <h2 id="about">${text.about}</h2>
      <dl class="register">
        <${Fact} name=${text.leader}>${team.leaderName ?? text.noLeader}<//>
        <${Fact} name=${text.memberCount}>${text.members(number(team.memberCount))}<//>
        <${Fact} name=${text.partyShare}>${team.partyMemberShare === null ? null : `${team.partyMemberShare}%`}<//>
        <${Fact} name=${text.founded}>${team.foundedOn && day(team.foundedOn)}<//>
        <${Fact} name=${text.parent}>${team.parent && link(team.parent)}<//>
        <${Fact} name=${text.node}>${team.node && [team.node.name, team.node.address].filter(Boolean).join('，')}<//>
        <${Fact} name=${text.host}>${team.hostUnit && team.hostUnit.name}<//>
        <${Fact} name=${text.code}>${team.code}<//>
      </dl>
      <p class="fine">${text.masked}</p>
    </section>
  `;
}

function Skills({ skills }) {
  const text = words();
  const known = [...skills].sort((one, other) => other.peopleCount - one.peopleCount);
  return html`
    <section class="card" aria-labelledby="skills">
      <h2 id="skills">${text.skills}</h2>
      ${known.length === 0 && html`<p class="fine">${text.noSkills}</p>`}
      <ul class="chips">
        ${known.map(
          ({ skill, peopleCount }) => html`
            <li key=${skill.code}><span lang="zh-CN">${skill.name}</span> <b>${text.people(number(peopleCount))}</b></li>
          `,
        )}
      </ul>
    </section>
  `;
}

function Platforms({ team }) {
  if (!team.platforms.length) return null;
  return html`
    <section class="card" aria-labelledby="platforms">
      <h2 id="platforms">${words().platforms}</h2>
      <ul class="chips">
        ${team.platforms.map(
          (code, at) => html`
            <li key=${code}><a href=${directory({ platform: code })}>${capital(team.platformLabels[at])}</a></li>
          `,
        )}
      </ul>
    </section>
  `;
}

function Below({ teams: { totalCount, nodes } }) {
  const text = words();
  if (!totalCount) return null;
  return html`
    <section class="card" aria-labelledby="below">
      <h2 id="below">${text.children(number(totalCount))}</h2>
      <ul class="below" lang="zh-CN">
        ${nodes.map(({ code, name }) => html`<li key=${code}><a href=${teamAddress(code)}>${name}</a></li>`)}
      </ul>
      ${nodes.length < totalCount && html`<p class="fine">${text.childrenFirst(nodes.length)}</p>`}
    </section>
  `;
}

function Details({ team }) {
  const text = words();
  return html`
    <article>
      <${Chain} division=${team.division} />
      <h1 lang="zh-CN">${team.name}</h1>
      ${team.nameMn && html`<p class="mongolian" lang="mn-Mong">${team.nameMn}</p>`}
      <p class="tags">
        <a class="tag" href=${directory({ level: team.level })}>${capital(team.levelLabel)}</a>
        <a class="tag" href=${directory({ type: team.type })}>${capital(team.typeLabel)}</a>
        ${team.status !== 'ACTIVE' && html`<span class="tag quiet">${capital(team.statusLabel)}</span>`}
      </p>
      ${team.intro && html`<p class="lead" lang="zh-CN">${team.intro}</p>`}
      <div class="columns">
        <div>
          <${Skills} skills=${team.skills} />
          <${Platforms} team=${team} />
        </div>
        <div>
          <${HelpFromTeam} team=${team} />
          <${Facts} team=${team} />
        </div>
      </div>
      <${Below} teams=${team.children} />
      <p class="back"><a class="button" href=${directory()}>${text.back}</a></p>
    </article>
  `;
}

export function Team({ frame, code }) {
  const answer = useAnswer('Team', { code, language: language.value });
  const team = answer.data && answer.data.team;
  const text = usePage(team ? team.name : code, frame.top);
  const none = html`
    <h1 class="unseen">${text.noTeam}</h1>
    <${Empty} title=${text.noTeam} hint=${text.noTeamHint}>
      <a class="button" href=${directory()}>${text.back}</a>
    <//>
  `;
  return html`
    <${Answered} answer=${answer} bones=${html`<${Skeleton} rows=${5} kind="row" />`}>
      ${() => (team ? html`<${Details} team=${team} />` : none)}
    <//>
  `;
}
