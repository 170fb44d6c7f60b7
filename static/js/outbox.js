// Intervals not yet acknowledged in full: in memory for the moment a page is left, in IndexedDB for the
// next page. Rows: {key, token, person, activity, offset_ms, length_ms, step, evidence, acked_ms}. Where
// IndexedDB is blocked, memory alone has to do.
const KEPT_MS = 14 * 86_400_000; // a server takes nothing older

export class Outbox {
  #rows = new Map();
  #dropped = new Set();
  #store = open();
  /** Settles when the last row put is on disk. */
  kept = Promise.resolve();

  /** Takes in what earlier pages left behind. */
  async load() {
    const left = await this.#ask("readonly", (store) => store.getAll()) ?? [];
    for (const row of left) {
      if (madeAt(row.key) < Date.now() - KEPT_MS) this.drop(row);
      else if (!this.#rows.has(row.key)) this.#rows.set(row.key, row);
    }
  }

  /** Keeps a row, or its new length. */
  put(row) {
    if (this.#dropped.has(row.key)) return;
    const acked_ms = this.#rows.get(row.key)?.acked_ms ?? 0;
    this.#rows.set(row.key, { ...row, acked_ms });
    this.kept = this.#ask("readwrite", (store) => store.put({ ...row, acked_ms }));
  }

  /** What `person` still has to report. */
  waiting(person) {
    return [...this.#rows.values()].filter((row) => row.person === person && row.length_ms > row.acked_ms);
  }

  /** The server has `length_ms` of this interval: it goes, unless it grew meanwhile. */
  acknowledge({ key, length_ms }) {
    const row = this.#rows.get(key);
    if (row) row.acked_ms = Math.max(row.acked_ms, length_ms);
    return this.#ask("readwrite", (store) => {
      const found = store.get(key);
      found.onsuccess = () => {
        if (!found.result) return;
        if (found.result.length_ms <= length_ms) store.delete(key);
        else store.put({ ...found.result, acked_ms: Math.max(found.result.acked_ms, length_ms) });
      };
      return found;
    });
  }

  /** The server wants none of it, now or longer. */
  drop({ key }) {
    this.#dropped.add(key);
    this.#rows.delete(key);
    return this.#ask("readwrite", (store) => store.delete(key));
  }

  async #ask(mode, question) {
    const database = await this.#store;
    if (!database) return undefined;
    return new Promise((resolve) => {
      try {
        const deed = database.transaction("intervals", mode);
        const asked = question(deed.objectStore("intervals"));
        deed.oncomplete = () => resolve(asked.result);
        deed.onerror = deed.onabort = () => resolve(undefined);
      } catch {
        resolve(undefined); // closed under us: memory still has it
      }
    });
  }
}

function open() {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open("study", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("intervals", { keyPath: "key" });
      request.onsuccess = () => {
        request.result.onversionchange = () => request.result.close();
        resolve(request.result);
      };
      request.onerror = request.onblocked = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
}

/** When a UUIDv7 was made. */
function madeAt(key) {
  return parseInt(key.replaceAll("-", "").slice(0, 12), 16);
}
