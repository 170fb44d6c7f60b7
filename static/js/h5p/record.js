// What a piece said, and where the person was, on the way to the server: kept in IndexedDB (where it is not
// blocked) until the server has it. Statements carry an id, so one that is sent twice counts once; a row
// belongs to the play its token names, whoever is signed in by then.
import { uuid7 } from "../study-clock.js";

const STATEMENTS = "/api/v1/plays/statements";
const STATE = "/api/v1/plays/state";
const KEPT_MS = 14 * 86_400_000; // the server takes nothing older
const MOST_ROWS = 50;
const MOST_CHARACTERS = 60_000; // of a batch: what may outlive a page
const SAY_MS = 2_000; // what is said together goes together
const STATE_MS = 5_000;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 300_000;
const FLAG = "plays-waiting"; // tells pages without a player that something waits

export class Record {
  #on;
  #said = new Map();
  #states = new Map();
  #store = open();
  #isSending = false;
  #failures = 0;
  #timer = null;
  #sendsAt = 0;
  #loaded = null;

  /** `on.play(play)`: what the server knows now; `on.refused(message)`; `on.change()`: more or less waits. */
  constructor(on = {}) {
    this.#on = on;
    addEventListener("online", () => this.send());
  }

  get waiting() {
    return this.#said.size;
  }

  /** What earlier pages left. */
  load() {
    this.#loaded ??= this.#load();
    return this.#loaded;
  }

  say(token, statement) {
    const row = { id: uuid7(), token, at: Date.now(), statement };
    this.#said.set(row.id, row);
    this.#ask("said", "readwrite", (store) => store.put(row));
    this.#on.change?.();
    this.#soon(SAY_MS);
  }

  remember({ token, play, part, name, data }) {
    const row = { key: `${play}/${part}/${name}`, token, at: Date.now(), part, name, data };
    this.#states.set(row.key, row);
    this.#ask("states", "readwrite", (store) => store.put(row));
    this.#soon(STATE_MS);
  }

  /** `state` as the server knows it, with what it has not heard of yet. */
  async withUnsent(play, state) {
    await this.load();
    const known = structuredClone(state);
    for (const { key, part, name, data } of this.#states.values()) {
      if (!key.startsWith(`${play}/`)) continue;
      known[part] ??= {};
      if (data === null) delete known[part][name];
      else known[part][name] = data;
    }
    return known;
  }

  async forget(play) {
    await this.load();
    for (const row of this.#states.values()) if (row.key.startsWith(`${play}/`)) this.#drop("states", row);
  }

  async send() {
    clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#isSending) return;
    this.#isSending = true;
    let wentWell = true;
    for (const batch of this.#batches()) wentWell = (await this.#post(batch)) && wentWell;
    for (const row of [...this.#states.values()]) wentWell = (await this.#put(row)) && wentWell;
    this.#isSending = false;
    this.#failures = wentWell ? 0 : this.#failures + 1;
    this.#mark();
    this.#on.change?.();
    if (this.#said.size || this.#states.size) this.#soon(STATE_MS);
  }

  /** The page may be gone in a moment: nothing is awaited. */
  leave() {
    for (const batch of this.#batches().slice(0, 1)) this.#post(batch);
    for (const row of this.#states.values()) this.#put(row);
    this.#mark();
  }

  #soon(ms) {
    const patience = this.#failures ? Math.min(FIRST_WAIT_MS * 2 ** this.#failures, LONGEST_WAIT_MS) : ms;
    const at = performance.now() + patience * (1 + Math.random() * 0.2);
    if (this.#timer !== null && this.#sendsAt <= at) return; // it is on its way already
    clearTimeout(this.#timer);
    this.#sendsAt = at;
    this.#timer = setTimeout(() => this.send(), at - performance.now());
  }

  #batches() {
    const batches = new Map();
    for (const row of this.#said.values()) {
      const batch = batches.get(row.token) ?? { token: row.token, rows: [], characters: 0 };
      batches.set(row.token, batch);
      const characters = JSON.stringify(row.statement).length;
      if (batch.rows.length === MOST_ROWS || (batch.rows.length && batch.characters + characters > MOST_CHARACTERS)) {
        continue; // with the next
      }
      batch.rows.push(row);
      batch.characters += characters;
    }
    return [...batches.values()];
  }

  async #post({ token, rows }) {
    const statements = rows.map(({ id, at, statement }) => (
      { id, ago_ms: Math.min(Math.max(0, Date.now() - at), KEPT_MS), statement }
    ));
    const { isHeard, isTaken, said } = await ask("POST", STATEMENTS, { token, statements });
    if (isHeard) for (const row of rows) this.#drop("said", row);
    if (isTaken) this.#on.play?.(said.play, token);
    else if (isHeard) this.#on.refused?.(said.message);
    return isHeard;
  }

  async #put(row) {
    const { token, part, name, data } = row;
    const { isHeard, isTaken, said } = await ask("PUT", STATE, { token, part, name, data });
    if (isHeard && this.#states.get(row.key) === row) this.#drop("states", row);
    if (isHeard && !isTaken) this.#on.refused?.(said.message);
    return isHeard;
  }

  async #load() {
    for (const [name, rows, key] of [["said", this.#said, "id"], ["states", this.#states, "key"]]) {
      for (const row of await this.#ask(name, "readonly", (store) => store.getAll()) ?? []) {
        if (row.at < Date.now() - KEPT_MS) this.#drop(name, row);
        else if (!rows.has(row[key])) rows.set(row[key], row);
      }
    }
    if (this.#said.size || this.#states.size) this.#soon(0);
  }

  #drop(name, row) {
    const key = row.id ?? row.key;
    (name === "said" ? this.#said : this.#states).delete(key);
    this.#ask(name, "readwrite", (store) => store.delete(key));
  }

  #mark() {
    try {
      if (this.#said.size || this.#states.size) localStorage.setItem(FLAG, "1");
      else localStorage.removeItem(FLAG);
    } catch {
      // storage is blocked: then nothing waits for a later page either
    }
  }

  async #ask(name, mode, question) {
    const database = await this.#store;
    return database && new Promise((resolve) => {
      try {
        const deed = database.transaction(name, mode);
        const asked = question(deed.objectStore(name));
        deed.oncomplete = () => resolve(asked.result);
        deed.onabort = () => resolve();
      } catch {
        resolve();
      }
    });
  }
}

/** For pages without a player. */
export function replay() {
  new Record().load();
}

/** `isHeard`: the server has decided and need not be asked again; `isTaken`: it said yes. */
async function ask(method, address, asked) {
  try {
    const body = JSON.stringify(asked);
    const response = await fetch(address, {
      method,
      body,
      headers: { "Content-Type": "application/json" },
      keepalive: body.length < MOST_CHARACTERS,
      signal: AbortSignal.timeout?.(30_000),
    });
    if (response.ok) return { isHeard: true, isTaken: true, said: response.status === 204 ? {} : await response.json() };
    const said = await response.json();
    return { isHeard: Boolean(said.code) && response.status !== 429 && response.status < 500, isTaken: false, said };
  } catch {
    return { isHeard: false, isTaken: false, said: {} };
  }
}

function open() {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open("plays", 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("said", { keyPath: "id" });
        request.result.createObjectStore("states", { keyPath: "key" });
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve();
    } catch {
      resolve();
    }
  });
}
