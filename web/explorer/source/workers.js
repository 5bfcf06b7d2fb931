// Monaco's workers as files of our own host: no blob, no other host.
const files = { graphql: 'graphql.worker.js', json: 'json.worker.js' };

globalThis.MonacoEnvironment = {
  getWorker: (_id, label) =>
    new Worker(new URL(files[label] ?? 'editor.worker.js', import.meta.url), { type: 'module', name: label }),
};
