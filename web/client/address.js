/** Where the visitor is: the path and the filters, as one signal that follows the address bar. */
import { signal } from './vendor/preact.js';

export const FILTERS = ['q', 'level', 'type', 'place', 'platform'];

function read() {
  const given = new URLSearchParams(location.search);
  const filters = {};
  for (const name of FILTERS) filters[name] = given.get(name) ?? '';
  return { path: location.pathname, key: location.pathname + location.search, filters, state: history.state ?? {} };
}

export const here = signal(read());

/** The address of the directory under some filters; empty ones are left out, so equal lists have equal addresses. */
export function directory(filters = {}) {
  const said = new URLSearchParams();
  for (const name of FILTERS) if (filters[name]) said.set(name, filters[name]);
  const query = said.toString();
  return query ? `/teams?${query}` : '/teams';
}

export const teamAddress = (code) => `/teams/${encodeURIComponent(code)}`;

/** Where the list under an API filter is to be had as a workbook. */
export const exported = (where) =>
  `/exports/teams.xlsx${where ? `?where=${encodeURIComponent(JSON.stringify(where))}` : ''}`;

/** The team's code in a path, or null where the path is another page's. */
export function codeIn(path) {
  const found = /^\/teams\/([^/]+)\/?$/.exec(path);
  if (!found) return null;
  try {
    return decodeURIComponent(found[1]);
  } catch {
    return found[1]; // a broken escape is a code that nobody has
  }
}

/** Go to an address of ours without loading the page. `replace` keeps one entry for what is typed letter by letter. */
export function go(address, { replace = false, state = {} } = {}) {
  history[replace ? 'replaceState' : 'pushState'](state, '', address);
  here.value = read();
}

let saving = 0;

function follow(event) {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest('a[href]');
  if (!link || link.target || link.origin !== location.origin || link.hash) return;
  if (link.pathname !== '/' && !/^\/(teams|imports)(\/|$)/.test(link.pathname)) return;
  event.preventDefault();
  rememberScroll();
  go(link.pathname + link.search);
}

function rememberScroll() {
  clearTimeout(saving);
  history.replaceState({ ...history.state, y: Math.round(scrollY) }, '');
}

/** Start to follow links, the back button and how far each entry was scrolled. */
export function start() {
  history.scrollRestoration = 'manual'; // lists are drawn after the browser would have scrolled
  document.addEventListener('click', follow);
  addEventListener('popstate', () => {
    clearTimeout(saving);
    here.value = read();
  });
  addEventListener(
    'scroll',
    () => {
      clearTimeout(saving);
      saving = setTimeout(rememberScroll, 200); // Safari refuses more than 100 changes of the history in 30 s
    },
    { passive: true },
  );
}
