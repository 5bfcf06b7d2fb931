/** An endless list: the first stretch is an answer like any other, later ones are fetched as one comes near the end. */
import { signal, useEffect, useRef } from './vendor/preact.js';
import { useAnswer } from './answers.js';
import { ask, Failure } from './ask.js';

const MOST = 6;
const AHEAD = '600px';
const tails = new Map();

/** What was fetched beyond the first stretch of a list; it lives on while one looks at a team and comes back. */
function tailOf(key, at) {
  let tail = tails.get(key);
  if (!tail || tail.at !== at) {
    tail = { at, view: signal({ nodes: [], end: null, phase: 'fresh', failure: null }) };
    tails.set(key, tail);
    if (tails.size > MOST) tails.delete(tails.keys().next().value);
  }
  return tail;
}

async function extend(tail, variables, after) {
  if (tail.view.peek().phase === 'loading') return;
  tail.view.value = { ...tail.view.peek(), phase: 'loading', failure: null };
  try {
    const { teams } = await ask('Teams', { ...variables, after });
    const nodes = [...tail.view.peek().nodes, ...teams.nodes];
    tail.view.value = { nodes, end: teams.pageInfo, phase: 'fresh', failure: null };
  } catch (error) {
    const failure = error instanceof Failure ? error : new Failure('server');
    tail.view.value = { ...tail.view.peek(), phase: 'failed', failure };
  }
}

/** `{...answer of the first stretch, nodes, total, hasMore, tail, more, mark}`; put `mark` at the end of the list. */
export function useListing(variables) {
  const first = useAnswer('Teams', variables);
  const tail = tailOf(first.key, first.at);
  const { nodes, end, phase, failure } = tail.view.value;
  const teams = first.data && first.data.teams;
  const last = end ?? (teams && teams.pageInfo);
  const hasMore = Boolean(last && last.hasNextPage);
  const more = () => extend(tail, variables, last.endCursor);
  const mark = useNear(more, hasMore && phase === 'fresh' && first.phase === 'fresh', tail);
  return {
    ...first,
    nodes: teams ? [...teams.nodes, ...nodes] : [],
    total: teams ? teams.totalCount : 0,
    place: first.data && first.data.place,
    hasMore,
    tail: { phase, failure },
    more,
    mark,
  };
}

/** A reference to an element; `act` is called when it comes near the window. Without an observer the button stays. */
function useNear(act, wanted, tail) {
  const mark = useRef(null);
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    if (!wanted || !mark.current || !('IntersectionObserver' in window)) return undefined;
    const watch = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && latest.current(), {
      rootMargin: AHEAD,
    });
    watch.observe(mark.current);
    return () => watch.disconnect();
  }, [wanted, tail]);
  return mark;
}
