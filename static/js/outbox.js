// Intervals not acknowledged in full: in memory while a page is left, in IndexedDB for the next page.
// A row goes only when the server has all of it.
const KEPT_MS = 14 * 86_400_000; // a server takes nothing older

export class Outbox {
  #rows = new Map();
  #dropped = new Set();
  #store = open();
  kept = Promise.resolve();

  async load() {
    const left = await this.#ask("readonly", (store) => store.getAll()) ?? [];
    for (const row of left) {
      const madeAt = parseInt(row.key.replace("-", "").slice(0, 12), 16); // a UUIDv7 tells
      if (madeAt < Date.now() - KEPT_MS) this.drop(row);
      else if (!this.#rows.has(row.key)) this.#rows.set(row.key, row);
    }
  }

  /** Keeps a row; `kept` settles when it is on disk. */
  put(row) {
    if (this.#dropped.has(row.key)) return;
    const acked_ms = this.#rows.get(row.key)?.acked_ms ?? 0;
    this.#rows.set(row.key, { ...row, acked_ms });
    this.kept = this.#ask("readwrite", (store) => store.put({ ...row, acked_ms }));
  }

  waiting(person) {
    return [...this.#rows.values()].filter((row) => row.person === person && row.length_ms > row.acked_ms);
  }

  /** The server has `length_ms` of it; it may have grown meanwhile. */
  acknowledge({ key, length_ms }) {
    const row = this.#rows.get(key) ?? {};
    row.acked_ms = Math.max(row.acked_ms, length_ms);
    this.#ask("readwrite", (store) => {
      const found = store.get(key);
      found.onsuccess = () => {
        if (found.result?.length_ms <= length_ms) store.delete(key);
      };
      return found;
    });
  }

  /** The server wants none of it, now or longer. */
  drop({ key }) {
    this.#dropped.add(key);
    this.#rows.delete(key);
    this.#ask("readwrite", (store) => store.delete(key));
  }

  async #ask(mode, question) {
    const database = await this.#store;
    return database && new Promise((resolve) => {
      try {
        const deed = database.transaction("intervals", mode);
        const asked = question(deed.objectStore("intervals"));
        deed.oncomplete = () => resolve(asked.result);
        deed.onabort = () => resolve();
      } catch {
        resolve();
      }
    });
  }
}

function open() {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open("study", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("intervals", { keyPath: "key" });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve();
    } catch {
      resolve();
    }
  });
}
