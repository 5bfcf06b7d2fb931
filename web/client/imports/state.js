/** What the page of imports knows: who asks, the import that is looked at, and what went wrong. Nothing is kept on the
    device: rows name people. */
import { batch, signal } from '../vendor/preact.js';
import { go } from '../address.js';
import { ask, Failure } from '../ask.js';
import { language } from '../words.js';
import { decide, look, MOST_BYTES, send, Trouble } from './send.js';

const PAUSE = 500;
const AT_WORK = ['READING', 'IMPORTING'];

/** `{phase, data, failure}`: who asks and what was sent before. */
export const known = signal({ phase: 'loading', data: null, failure: null });
/** The import that is looked at, as the service tells it, or null. */
export const current = signal(null);
/** How much of a file has been sent, from 0 to 1; null when nothing is on its way. */
export const share = signal(null);
/** `{code, message, again}`: what went wrong and how to try once more. */
export const trouble = signal(null);
/** Whether the service cannot be reached while one waits. */
export const isAway = signal(false);

let watching = 0;

export async function learn() {
  try {
    const data = await ask('Imports', { language: language.value });
    known.value = { phase: 'ready', data, failure: null };
  } catch (error) {
    const failure = error instanceof Failure ? error : new Failure('server');
    known.value = { ...known.peek(), phase: 'failed', failure };
  }
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Follow an import until nobody works on it any more, or another one is looked at. */
export async function watch(id) {
  watching += 1;
  const mine = watching;
  for (;;) {
    let found = null;
    try {
      found = await look(id);
    } catch (error) {
      if (mine !== watching) return;
      if (error.code !== 'OFFLINE') {
        trouble.value = { code: error.code, message: error.message };
        return;
      }
    }
    if (mine !== watching) return;
    isAway.value = found === null;
    if (found) current.value = found;
    if (found && !AT_WORK.includes(found.state)) {
      learn();
      return;
    }
    await pause(found ? PAUSE : 4 * PAUSE);
  }
}

/** Show the import of the address; none without an id. */
export function open(id) {
  if (current.peek() && current.peek().id === id) return;
  watching += 1;
  batch(() => {
    current.value = null;
    trouble.value = null;
    isAway.value = false;
  });
  if (id) watch(id);
}

function fail(error, again) {
  if (!(error instanceof Trouble)) throw error;
  trouble.value = { code: error.code, message: error.message, again };
}

/** Send a file that was chosen; `again` also one that was imported before. */
export async function take(file, again = false) {
  if (!file) return;
  trouble.value = file.size > MOST_BYTES ? { code: 'TOO_LARGE' } : null;
  if (trouble.peek() || share.peek() !== null) return;
  share.value = 0;
  try {
    const found = await send(file, again, (part) => {
      share.value = part;
    });
    current.value = found;
    go(`/imports?id=${found.id}`);
    watch(found.id);
  } catch (error) {
    fail(error, () => take(file, error.code === 'ALREADY_IMPORTED'));
  } finally {
    share.value = null;
  }
}

export async function settle(what) {
  const { id } = current.peek();
  trouble.value = null;
  try {
    current.value = await decide(id, what);
    watch(id);
  } catch (error) {
    fail(error, () => settle(what));
  }
}
