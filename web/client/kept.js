/** The last answers, kept on the device for when there is no signal. Bounded; losing them harms nobody. */

const PREFIX = 'kept:';
const MOST = 40;
const ROOM = 600000; // characters of all answers together; browsers give a site about five million
const LARGEST = 120000;

/** Return `{at, data}` of the last answer under a key, or null. */
export function recall(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key));
  } catch {
    return null; // storage may be off, or hold what another version wrote
  }
}

/** Keep an answer with the moment it came; the oldest ones make room. */
export function keep(key, data, at) {
  const value = JSON.stringify({ at, data });
  if (value.length > LARGEST) return;
  try {
    localStorage.removeItem(PREFIX + key);
    makeRoom(MOST - 1, ROOM - value.length);
    localStorage.setItem(PREFIX + key, value);
  } catch {
    forget();
  }
}

function stored() {
  const found = [];
  for (let index = 0; index < localStorage.length; index += 1) {
    const name = localStorage.key(index);
    if (name.startsWith(PREFIX)) {
      const value = localStorage.getItem(name);
      const at = Number((/^\{"at":(\d+)/.exec(value) ?? [])[1] ?? 0);
      found.push({ name, size: value.length, at });
    }
  }
  return found.sort((one, other) => one.at - other.at);
}

function makeRoom(count, size) {
  const found = stored();
  let total = found.reduce((sum, one) => sum + one.size, 0);
  while (found.length > count || total > size) {
    const oldest = found.shift();
    total -= oldest.size;
    localStorage.removeItem(oldest.name);
  }
}

/** Drop everything kept: the storage is full or broken. */
function forget() {
  try {
    for (const { name } of stored()) localStorage.removeItem(name);
  } catch {
    // without storage there is nothing to drop
  }
}
