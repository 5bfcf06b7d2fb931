/** Starts the client: which page an address shows. */
import { html, render, useEffect } from './vendor/preact.js';
import { codeIn, here, start } from './address.js';
import { prepare } from './ask.js';
import { Directory } from './directory.js';
import { Frame, useFrame, usePage } from './frame.js';
import { Home } from './home.js';
import { Empty } from './parts.js';
import { Team } from './team.js';
import { speakAsBefore } from './words.js';

function Nowhere({ frame }) {
  const text = usePage('', frame.top);
  return html`
    <h1 class="unseen">${text.noPage}</h1>
    <${Empty} title=${text.noPage}><a class="button" href="/">${text.home}</a><//>
  `;
}

function Page({ frame, path: given }) {
  const path = given.replace(/(.)\/$/, '$1');
  if (path === '/') return html`<${Home} frame=${frame} />`;
  if (path === '/teams') return html`<${Directory} frame=${frame} />`;
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
