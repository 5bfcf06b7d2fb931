/** Sends a workbook with its progress, and what is decided about it. */

export const MOST_BYTES = 20 * 1024 * 1024;

/** Why something was not done: the service's `message` and `code`; code OFFLINE without an answer. */
export class Trouble extends Error {
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

function judged(status, text) {
  let body = null;
  try {
    body = JSON.parse(text);
  } catch {
    throw new Trouble('', 'OFFLINE'); // a proxy's page, or half an answer
  }
  if (status < 400) return body;
  const [{ message, extensions }] = body.errors;
  throw new Trouble(message, extensions.code);
}

/** Send a file; `told(share)` hears of every step, from 0 to 1. Returns the import. Throws Trouble. */
export function send(file, again, told) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest(); // fetch tells nothing of what was sent
    request.open('POST', `/imports?name=${encodeURIComponent(file.name)}${again ? '&again=1' : ''}`);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.onprogress = (event) => event.lengthComputable && told(event.loaded / event.total);
    request.onerror = () => failed(new Trouble('', 'OFFLINE'));
    request.onload = () => {
      try {
        done(judged(request.status, request.responseText));
      } catch (error) {
        failed(error);
      }
    };
    request.send(file);
  });
}

async function called(address, options) {
  let response = null;
  try {
    response = await fetch(address, { credentials: 'same-origin', ...options });
    return judged(response.status, await response.text());
  } catch (error) {
    throw error instanceof Trouble ? error : new Trouble('', 'OFFLINE');
  }
}

/** Return how an import stands. Throws Trouble. */
export const look = (id) => called(`/imports/${id}`);

/** Decide about an import: `confirm` or `discard`. Returns how it stands. Throws Trouble. */
export const decide = (id, what) =>
  called(`/imports/${id}/${what}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
