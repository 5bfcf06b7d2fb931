// A panel that shows a list from the server: the same loading, empty and error states for each.
import { useEffect, useState } from 'react';

async function load(url) {
  const response = await fetch(url, { headers: { Accept: 'application/json' } });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const items = await response.json();
  if (!Array.isArray(items)) throw new Error('not a list');
  return items;
}

export function Listing({ title, titleEn, url, empty, children }) {
  const [state, setState] = useState({ attempt: 0 });
  const { attempt, items, problem } = state;

  useEffect(() => {
    let open = true;
    load(url).then(
      (items) => open && setState({ attempt, items }),
      (problem) => open && setState({ attempt, problem }),
    );
    return () => {
      open = false;
    };
  }, [url, attempt]);

  return (
    <section className="listing" aria-label={title} aria-busy={!items && !problem}>
      <h2>
        {title} <span lang="en">{titleEn}</span>
      </h2>
      {problem ? (
        <div role="alert">
          <p>没有取到内容（{problem.message}）。</p>
          <button type="button" className="graphiql-button" onClick={() => setState({ attempt: attempt + 1 })}>
            再试一次 <span lang="en">Try again</span>
          </button>
        </div>
      ) : !items ? (
        <p role="status">正在取…</p>
      ) : items.length === 0 ? (
        <p role="status">{empty}</p>
      ) : (
        children(items)
      )}
    </section>
  );
}
