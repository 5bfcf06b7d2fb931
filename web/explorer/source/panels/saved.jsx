// 保存的查询: ready-made questions; a click opens one in a tab of its own.
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { onPhone } from '../screen.js';
import { Listing } from './listing.jsx';

function SavedQueries() {
  const { addTab, setVisiblePlugin, updateActiveTabValues } = useGraphiQLActions();
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);

  function open(saved) {
    const query = `# ${saved.title}\n${saved.query}`; // the tab itself can only show the operation's name
    const variables = saved.variables ?? '';
    addTab();
    queryEditor.setValue(query);
    variableEditor.setValue(variables);
    updateActiveTabValues({ query, variables });
    if (onPhone()) setVisiblePlugin(null);
  }

  return (
    <Listing title="保存的查询" titleEn="Saved queries" url="/explorer/queries.json" empty="还没有保存的查询。">
      {(queries) => (
        <ol>
          {queries.map((saved, index) => (
            <li key={index}>
              <button type="button" className="saved-query" disabled={!queryEditor} onClick={() => open(saved)}>
                <strong>{saved.title}</strong>
                {saved.titleEn && <span lang="en">{saved.titleEn}</span>}
                {saved.note && <small>{saved.note}</small>}
              </button>
            </li>
          ))}
        </ol>
      )}
    </Listing>
  );
}

const Icon = () => (
  <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" aria-hidden="true">
    <path d="M6 3h12v18l-6-5-6 5z" />
  </svg>
);

export const savedQueriesPanel = { title: '保存的查询 / Saved queries', icon: Icon, content: SavedQueries };
