// Builds ../vendor from the packages named in package-lock.json; see ../README.md.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { inChinese } from './chinese.js';

const here = import.meta.dirname;
const vendor = join(here, '..', 'vendor');

// GraphiQL's style sheet already holds Monaco's, and embeds 600 KB of Latin fonts that no Chinese page needs.
const leanStyles = {
  name: 'lean-styles',
  setup({ onLoad }) {
    onLoad({ filter: /graphiql[\\/]dist[\\/]style\.css$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(/@font-face\s*\{[^}]*\}/g, ''),
      loader: 'css',
    }));
    onLoad({ filter: /monaco-editor[\\/].*\.css$/ }, ({ path }) =>
      path.endsWith('codicon.css') ? null : { contents: '', loader: 'css' },
    );
  },
};

// Parts of Monaco that nothing here uses.
const unused =
  /diffEditor|codelens|colorPicker|dropOrPasteInto|inlineCompletions|inlineEdit|inlayHints|semanticTokens|stickyScroll|suggestInlineCompletions|sectionHeaders|unicodeHighlighter/;
const leanEditor = {
  name: 'lean-editor',
  setup({ onLoad }) {
    onLoad({ filter: /monaco-editor[\\/]esm[\\/]vs[\\/]editor[\\/]editor\.all\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8'))
        .split('\n')
        .filter((line) => !unused.test(line))
        .join('\n'),
      loader: 'js',
    }));
  },
};

const options = {
  absWorkingDir: here,
  outdir: vendor,
  bundle: true,
  minify: true,
  format: 'esm',
  splitting: true,
  target: ['es2020', 'chrome100', 'safari15.4', 'firefox114'],
  jsx: 'automatic',
  metafile: true,
  legalComments: 'none', // all licences stand in LICENSES.txt
  define: { 'process.env.NODE_ENV': '"production"' },
  entryNames: '[name]',
  chunkNames: 'chunks/[name]-[hash]',
  assetNames: '[name]',
  loader: { '.ttf': 'file' },
  plugins: [leanStyles, leanEditor, inChinese],
};

await rm(vendor, { recursive: true, force: true });
const bundles = await Promise.all([
  build({ ...options, entryPoints: { explorer: 'main.jsx' } }),
  build({
    ...options,
    entryPoints: {
      'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
      'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
      'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
    },
  }),
]);

// What went in, by package: the licence file of each, and its version.
const folders = new Set();
for (const { metafile } of bundles)
  for (const output of Object.values(metafile.outputs))
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
      const folder = input.match(/^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0];
      if (folder && bytesInOutput > 0) folders.add(folder);
    }

const versions = {}; // a package may be there twice
const texts = [];
for (const folder of [...folders].sort()) {
  const about = JSON.parse(await readFile(join(here, folder, 'package.json'), 'utf8'));
  versions[about.name] = [versions[about.name], about.version].filter(Boolean).join(', ');
  const names = readdirSync(join(here, folder)).filter((name) => /^(licen[cs]e|copying|thirdpartynotices)/i.test(name));
  const parts = await Promise.all(names.map((name) => readFile(join(here, folder, name), 'utf8')));
  const author = typeof about.author === 'string' ? about.author : about.author?.name;
  if (!parts.length) parts.push(`No licence file in the package; package.json says ${about.license}${author ? `, by ${author}` : ''}.`);
  texts.push(`${'='.repeat(100)}\n${about.name} ${about.version} (${about.license})\n${'='.repeat(100)}\n\n${parts.join('\n\n').trim()}\n`);
}
await writeFile(join(vendor, 'LICENSES.txt'), texts.join('\n').replaceAll('\r\n', '\n'));
await writeFile(join(vendor, 'versions.json'), `${JSON.stringify(versions, Object.keys(versions).sort(), 2)}\n`);

// Style sheets of lazy chunks repeat what explorer.css holds, and nothing loads them.
for (const name of readdirSync(join(vendor, 'chunks')))
  if (name.endsWith('.css')) await rm(join(vendor, 'chunks', name));
