/** Starts the client: which page an address shows. */
import { html, render, signal, useEffect } from './vendor/preact.js';
import { codeIn, here, start } from './address.js';
import { prepare } from './ask.js';
import { Directory } from './directory.js';
import { Frame, useFrame, usePage } from './frame.js';
import { Home } from './home.js';
import { Empty, Problem, Skeleton } from './parts.js';
import { Team } from './team.js';
import { speakAsBefore } from './words.js';

function Nowhere({ frame }) {
  const text = usePage('', frame.top);
  return html`
    <h1 class="unseen">${text.noPage}</h1>
    <${Empty} title=${text.noPage}><a class="button" href="/">${text.home}</a><//>
  `;
}

const imports = signal({ page: null, failure: null });

async function loadImports() {
  imports.value = { page: null, failure: null };
  try {
    imports.value = { page: (await import('./imports/page.js')).Imports, failure: null };
  } catch {
    imports.value = { page: null, failure: { kind: 'offline' } };
  }
}

/** A page that few people open: its files come when it is opened. */
function LateImports({ frame }) {
  useEffect(() => {
    if (!imports.peek().page) loadImports();
  }, []);
  const { page: Imports, failure } = imports.value;
  if (Imports) return html`<${Imports} frame=${frame} />`;
  if (failure) return html`<${Problem} failure=${failure} again=${loadImports} />`;
  return html`<${Skeleton} rows=${3} kind="row" />`;
}

function Page({ frame, path: given }) {
  const path = given.replace(/(.)\/$/, '$1');
  if (path === '/') return html`<${Home} frame=${frame} />`;
  if (path === '/teams') return html`<${Directory} frame=${frame} />`;
  if (path === '/imports') return html`<${LateImports} frame=${frame} />`;
  const code = codeIn(path);
  if (code !== null) return html`<${Team} key=${code} frame=${frame} code=${code} />`;
  return html`<${Nowhere} frame=${frame} />`;
}

function App() {
  const { path } = here.value; // read here, so that frame and page change in one step
  const frame = useFrame();
  useEffect(() => {
    if (frame.phase === 'failed') frame.again();
  }, [path]);
  return html`<${Frame} frame=${frame}><${Page} frame=${frame} path=${path} /><//>`;
}

prepare('Frame', 'Home', 'Teams', 'Team');
start();
speakAsBefore().then(() => {
  const app = document.getElementById('app');
  app.textContent = '';
  document.documentElement.setAttribute('data-started', ''); // boot.js has nothing left to do
  render(html`<${App} />`, app);
});
