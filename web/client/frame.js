/** What every page stands in: the header with the county's own name, the footer, the title of the window. */
import { html, useEffect, useLayoutEffect, useRef } from './vendor/preact.js';
import { here } from './address.js';
import { useAnswer } from './answers.js';
import { language, switchLanguage, words } from './words.js';

const NONE = [];

/** `{top, townships, levels, types, platforms}`: whose site this is and what one can filter by; empty lists until known. */
export function useFrame() {
  const { data: fresh, ...answer } = useAnswer('Frame', { language: language.value });
  const latest = useRef(null);
  if (fresh) latest.current = fresh;
  const data = latest.current; // of the other language, for the moment in which one switches
  const top = (data && data.top.nodes[0]) ?? null;
  const townships = data ? data.townships.nodes : NONE;
  const { levels = NONE, types = NONE, platforms = NONE } = data ?? {};
  return { ...answer, top, townships, levels, types, platforms };
}

/** The word for a code among labels of the API; the code until they are there. */
export function labelOf(labels, code) {
  const found = labels.find((label) => label.code === code);
  return found ? found.label : code;
}

export const siteName = (top) => words().site(top ? top.name : '').trim();

/** Name the window, and say its language. */
export function usePage(title, top) {
  const text = words();
  const site = siteName(top);
  useEffect(() => {
    document.title = title && title !== site ? `${title} · ${site}` : site;
  }, [title, site]);
  useEffect(() => {
    document.documentElement.lang = language.value === 'ZH' ? 'zh-CN' : 'en';
  }, [language.value]);
  return text;
}

function useArrival(main) {
  const { path, key, state } = here.value;
  const last = useRef(path);
  useLayoutEffect(() => {
    if (last.current !== path) main.current.focus({ preventScroll: true }); // a screen reader starts to read there
    last.current = path;
    scrollTo(0, state.y ?? 0);
  }, [key]);
}

export function Frame({ frame, children }) {
  const text = words();
  const main = useRef(null);
  const { path } = here.value;
  useArrival(main);
  const current = (address) => (path === address ? 'page' : undefined);
  return html`
    <a class="skip" href="#main">${text.skip}</a>
    <header class="top">
      <div class="wide">
        <a class="brand" href="/" aria-current=${current('/')}>
          <img src="/client/icon.svg" alt="" width="28" height="28" />
          <span><b lang="zh-CN">${frame.top && frame.top.name}</b> ${text.service}</span>
        </a>
        <nav aria-label=${text.menu}>
          <a href="/teams" aria-current=${current('/teams')}>${text.teams}</a>
          <button type="button" lang=${language.value === 'ZH' ? 'en' : 'zh-CN'} onClick=${switchLanguage}>
            ${text.other}
          </button>
        </nav>
      </div>
    </header>
    <main id="main" class="wide" ref=${main} tabindex="-1">${children}</main>
    <footer class="wide"><p>${text.helpNote}</p><a href="/imports">${text.staff}</a></footer>
  `;
}
