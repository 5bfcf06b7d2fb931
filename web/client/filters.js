/** The directory's filters, as the address keeps them, as the API takes them, and as one changes them. */
import { html } from './vendor/preact.js';
import { directory, go, here } from './address.js';
import { labelOf } from './frame.js';
import { searched } from './search.js';
import { capital, words } from './words.js';

const CHARACTERS = /[\u3400-\u9fff]{2}/;

/**
 * What a visitor means by a word: the team, its village or its township. Chinese words may also be a skill; two letters
 * may not, because the initials of some skill always match.
 */
function meant(search) {
  const either = [{ search }, { division: { or: [{ search }, { township: { search } }] } }];
  if (CHARACTERS.test(search)) either.push({ skills: { some: { skill: { search } } } });
  return either;
}

/** The API's `where` for filters of the address; a list without filters is asked for without one. */
export function whereOf({ q, level, type, place, platform }) {
  const where = {};
  if (searched(q)) where.or = meant(searched(q));
  if (level) where.level = { eq: level };
  if (type) where.type = { eq: type };
  if (place) where.within = { code: place };
  if (platform) where.platforms = { hasAny: [platform] };
  return Object.keys(where).length ? where : null;
}

/** Change some filters. What is typed letter by letter is one step for the back button. */
export function change(changes, { typing = false } = {}) {
  const { filters, state } = here.peek();
  go(directory({ ...filters, ...changes }), { replace: typing && Boolean(state.typing), state: { typing } });
}

/** One filter as the phone's own picker. A value that is not among the options is shown all the same. */
function Choice({ name, label, all, options, value }) {
  const known = !value || options.some((option) => option.code === value);
  const shown = known ? options : [...options, { code: value, label: value }];
  return html`
    <label class=${value ? 'choice chosen' : 'choice'}>
      <span>${label}</span>
      <select name=${name} value=${value} onChange=${(event) => change({ [name]: event.target.value })}>
        <option value="">${all}</option>
        ${shown.map((option) => html`<option key=${option.code} value=${option.code}>${option.label}</option>`)}
      </select>
    </label>
  `;
}

const labeled = (labels) => labels.map(({ code, label }) => ({ code, label: capital(label) }));

export function Choices({ frame, filters, village }) {
  const text = words();
  const places = frame.townships.map(({ code, name }) => ({ code, label: name }));
  if (frame.top) places.unshift({ code: frame.top.code, label: frame.top.name });
  if (village && !places.some((place) => place.code === village.code)) {
    places.push({ code: village.code, label: village.name });
  }
  const common = [
    ['level', text.level, text.allLevels, labeled(frame.levels)],
    ['type', text.type, text.allTypes, labeled(frame.types)],
    ['place', text.place, text.allPlaces, places],
    ['platform', text.platform, text.allPlatforms, labeled(frame.platforms)],
  ];
  return html`
    <div class="choices">
      ${common.map(
        ([name, label, all, options]) =>
          html`<${Choice} key=${name} ...${{ name, label, all, options }} value=${filters[name]} />`,
      )}
    </div>
  `;
}

/** The filters in words, for the window's title: 高力板镇 · 嘎查级 · “兽医”. */
export function inWords(filters, frame, place) {
  const { q, level, type, platform } = filters;
  return [
    place && place.name,
    level && capital(labelOf(frame.levels, level)),
    type && capital(labelOf(frame.types, type)),
    platform && capital(labelOf(frame.platforms, platform)),
    q && `“${q}”`,
  ]
    .filter(Boolean)
    .join(' · ');
}
