// The explorer's entry: GraphiQL with the click-to-build panel and two panels of our own.
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { ask } from './ask.js';
import { glossaryPanel } from './panels/glossary.jsx';
import { savedQueriesPanel } from './panels/saved.jsx';
import { onPhone } from './screen.js';
import { storage } from './storage.js';
import './workers.js';

import 'monaco-editor/esm/vs/base/browser/ui/codicons/codicon/codicon.css';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './explorer.css';

const builderPanel = { ...explorerPlugin({ title: '点选字段' }), title: '点选字段 / Builder' };
const welcome = document.getElementById('welcome').textContent.trim() + '\n';

createRoot(document.getElementById('explorer')).render(
  <GraphiQL
    fetcher={ask}
    defaultQuery={welcome}
    plugins={[savedQueriesPanel, builderPanel, glossaryPanel, HISTORY_PLUGIN]}
    visiblePlugin={onPhone() ? undefined : savedQueriesPanel}
    defaultEditorToolsVisibility={!onPhone()}
    storage={storage}
    shouldPersistHeaders={false} // a header may hold somebody's token
  >
    <GraphiQL.Logo>{document.title}</GraphiQL.Logo>
  </GraphiQL>,
);
