// 词汇: the registry's words in both languages, with the names they have in the schema.
import { useState } from 'react';
import { Listing } from './listing.jsx';

const matches = (words) => (entry) => {
  const text = [entry.zh, entry.en, entry.term, entry.note].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
};

function Words({ entries }) {
  const [typed, setTyped] = useState('');
  const found = entries.filter(matches(typed.toLowerCase().split(/\s+/)));
  return (
    <>
      <input
        type="search"
        value={typed}
        placeholder="找一个词… Find a word"
        aria-label="找一个词"
        onChange={(event) => setTyped(event.target.value)}
      />
      <p role="status" className="found">
        {found.length ? `${found.length} 个词` : `没有找到“${typed.trim()}”。`}
      </p>
      <dl>
        {found.map((entry, index) => (
          <div key={index}>
            <dt>
              {entry.zh} <span lang="en">{entry.en}</span>
            </dt>
            <dd>
              {entry.term && <code>{entry.term}</code>}
              {entry.note && <small>{entry.note}</small>}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Glossary() {
  return (
    <Listing title="词汇" titleEn="Glossary" url="/explorer/glossary.json" empty="还没有词汇。">
      {(entries) => <Words entries={entries} />}
    </Listing>
  );
}

const Icon = () => (
  <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" aria-hidden="true">
    <path d="M12 6c-2-2-5-2-9-2v14c4 0 7 0 9 2 2-2 5-2 9-2V4c-4 0-7 0-9 2zm0 0v14" />
  </svg>
);

export const glossaryPanel = { title: '词汇 / Glossary', icon: Icon, content: Glossary };
