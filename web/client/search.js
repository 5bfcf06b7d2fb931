/** The field that searches in Chinese, pinyin or initials. */
import { html, useEffect, useRef } from './vendor/preact.js';
import { words } from './words.js';

const REST = 250;

/** What was typed, as the API's search wants it: pinyin without the blanks and apostrophes that input methods put in. */
export const searched = (typed) => typed.trim().replace(/([a-z])[\s'’]+(?=[a-z])/gi, '$1');

/**
 * `onSearch(text)` is called when typing rests, and at once on Enter. While an input method is still composing, what
 * stands in the field are letters that nobody means, so it waits for the characters.
 */
export function Search({ value, onSearch, live = true }) {
  const text = words();
  const field = useRef(null);
  const waiting = useRef(0);
  const told = useRef(value);

  useEffect(() => {
    if (value !== told.current) field.current.value = value; // the back button, or a cleared filter
    told.current = value;
  }, [value]);
  useEffect(() => () => clearTimeout(waiting.current), []);

  function tell() {
    clearTimeout(waiting.current);
    const typed = field.current.value.trim();
    if (live && typed === told.current) return;
    told.current = typed;
    onSearch(typed);
  }
  function typed(event) {
    clearTimeout(waiting.current);
    if (live && !event.isComposing) waiting.current = setTimeout(tell, REST);
  }
  function submitted(event) {
    event.preventDefault();
    tell();
    field.current.blur(); // puts the phone's keyboard away
  }
  return html`
    <form class="search" role="search" onSubmit=${submitted}>
      <input
        ref=${field}
        type="search"
        enterkeyhint="search"
        autocomplete="off"
        autocapitalize="off"
        spellcheck=${false}
        maxlength="40"
        aria-label=${text.searchLabel}
        placeholder=${text.searchHint}
        defaultValue=${value}
        onInput=${typed}
        onCompositionEnd=${typed}
      />
      <button type="submit">${text.search}</button>
    </form>
  `;
}
