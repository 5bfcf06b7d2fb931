/** Asks the API: one GET for one operation, given time, tried again when the line is bad. */

const TRIES = 3;
const PATIENCE = 8000;
const PAUSES = [600, 1800];

/** Why there is no answer. `kind`: offline, slow, server (try again), refused (asking again will not help). */
export class Failure extends Error {
  constructor(kind, { code = '', requestId = '' } = {}) {
    super(code || kind);
    this.kind = kind;
    this.code = code;
    this.requestId = requestId;
  }
}

const texts = new Map();

/** The text of an operation, fetched once; a lost one is fetched again the next time. */
function operation(name) {
  if (!texts.has(name)) {
    const text = patiently(`/client/operations/${name}.graphql`).then(async (response) => {
      if (!response.ok) throw new Failure('server');
      return shorten(await response.text());
    });
    texts.set(name, text);
    text.catch(() => texts.delete(name));
  }
  return texts.get(name);
}

/** Fetch operations ahead, so that they are there when the signal is gone. */
export function prepare(...names) {
  for (const name of names) operation(name).catch(() => {});
}

/** An operation without comments and needless blanks: it travels in the address. */
function shorten(text) {
  return text
    .replace(/#[^\n]*/g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{}():,!=]) ?/g, '$1')
    .trim();
}

/** Fetch within `PATIENCE`. Throws Failure; an abort from outside stays an AbortError. */
async function patiently(address, outer) {
  const inner = new AbortController();
  const stop = () => inner.abort();
  const timer = setTimeout(stop, PATIENCE);
  if (outer) outer.addEventListener('abort', stop);
  try {
    const response = await fetch(address, { signal: inner.signal, credentials: 'same-origin' });
    const body = await response.text(); // within the time limit too: a weak line often dies half way
    return { ok: response.ok, status: response.status, text: () => body };
  } catch (error) {
    if (outer && outer.aborted) throw error;
    throw new Failure(inner.signal.aborted ? 'slow' : 'offline');
  } finally {
    clearTimeout(timer);
    if (outer) outer.removeEventListener('abort', stop);
  }
}

function judged(response) {
  let body = null;
  try {
    body = JSON.parse(response.text());
  } catch {
    throw new Failure('server'); // a proxy's page, or half an answer
  }
  const error = body && body.errors && body.errors[0];
  if (!error && body && body.data) return body.data;
  const { code = '', requestId = '' } = (error && error.extensions) ?? {};
  const again = code === 'INTERNAL' || response.status >= 500 || response.status === 429 || response.status === 408;
  throw new Failure(again ? 'server' : 'refused', { code, requestId });
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms * (0.75 + Math.random() / 2)));

/** Ask `name` and return its data. Throws Failure, or AbortError when `signal` says that nobody waits any more. */
export async function ask(name, variables, signal) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const query = encodeURIComponent(await operation(name));
      const given = encodeURIComponent(JSON.stringify(variables));
      return judged(await patiently(`/graphql?operationName=${name}&query=${query}&variables=${given}`, signal));
    } catch (error) {
      const hopeless = !(error instanceof Failure) || error.kind === 'refused' || navigator.onLine === false;
      if (hopeless || attempt === TRIES) throw error;
    }
    await pause(PAUSES[attempt - 1]);
    if (signal && signal.aborted) throw new DOMException('nobody waits', 'AbortError');
  }
}
