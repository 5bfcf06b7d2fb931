// What the light client uses of its libraries; preact.js beside it is built from this file (README.md says how).
export { render, Fragment } from "preact";
export { useEffect, useLayoutEffect, useRef } from "preact/hooks";
export { signal, computed, effect, batch, untracked } from "@preact/signals";
export { html } from "htm/preact";
