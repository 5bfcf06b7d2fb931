/**
 * Answers that pages show: from memory at once, from the device while the network is slow, then fresh.
 *
 * An answer is known by its operation and variables, so a late one can never appear under other filters.
 */
import { signal, useEffect } from './vendor/preact.js';
import { ask, Failure } from './ask.js';
import { keep, recall } from './kept.js';

const FRESH = 5 * 60000;
const MOST = 30;
const answers = new Map();

function answerTo(name, variables) {
  const key = `${name}:${JSON.stringify(variables)}`;
  let answer = answers.get(key);
  if (!answer) {
    const { data = null, at = 0 } = recall(key) ?? {};
    answer = { key, name, variables, view: signal({ phase: 'waiting', data, at, failure: null }), asking: null };
  }
  answers.delete(key); // to the end of the line: the map remembers the order
  answers.set(key, answer);
  if (answers.size > MOST) answers.delete(answers.keys().next().value);
  return answer;
}

async function refresh(answer) {
  if (answer.asking) return;
  const asking = new AbortController();
  answer.asking = asking;
  answer.view.value = { ...answer.view.value, phase: 'loading', failure: null };
  try {
    const data = await ask(answer.name, answer.variables, asking.signal);
    const at = Date.now();
    answer.view.value = { phase: 'fresh', data, at, failure: null };
    keep(answer.key, data, at);
  } catch (error) {
    if (asking.signal.aborted) return;
    if (!(error instanceof Failure)) console.error(error);
    const failure = error instanceof Failure ? error : new Failure('server');
    answer.view.value = { ...answer.view.value, phase: 'failed', failure };
  } finally {
    if (answer.asking === asking) answer.asking = null;
  }
}

function stop(answer) {
  if (!answer.asking) return;
  answer.asking.abort();
  answer.asking = null;
  answer.view.value = { ...answer.view.peek(), phase: 'waiting' };
}

/**
 * Show the answer to an operation: `{key, phase, data, at, failure, again}`. `phase` is waiting, loading, fresh or failed;
 * `data` may be an older answer, of the moment `at`, in each of them. One place at a time shows an answer: whoever leaves
 * stops the request.
 */
export function useAnswer(name, variables) {
  const answer = answerTo(name, variables);
  const { view } = answer;
  useEffect(() => {
    const { phase, at } = view.peek();
    if (phase !== 'fresh' || Date.now() - at > FRESH) refresh(answer);
    const back = () => view.peek().phase === 'failed' && refresh(answer);
    addEventListener('online', back);
    return () => {
      removeEventListener('online', back);
      stop(answer);
    };
  }, [answer.key]);
  return { key: answer.key, ...view.value, again: () => refresh(answer) };
}
