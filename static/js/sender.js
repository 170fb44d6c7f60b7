// Brings the outbox to the server: about each `next_ms`, and at once when the page is hidden or left. A
// batch is one token, at most 100 intervals and 60 KB; a failed batch never blocks the next. Only what the
// server itself says (a JSON answer with its code) drops anything; all else is kept and tried again.
import { Outbox } from "./outbox.js";

const ADDRESS = "/api/v1/study/intervals";
const MOST_BYTES = 60_000; // a browser lets 64 KB outlive the page
const LONGEST_MS = 300_000;

export class Sender {
  /** The tag of who is signed in; null sends nothing. */
  person = null;
  /** The last attempt reached nobody. */
  isDown = false;

  #outbox;
  #on;
  #next_ms = 60_000;
  #most = 100;
  #failures = 0;
  #notBefore = 0;
  #timer = null;
  #flying = new Map();

  /** `on.answer(body, activity)`, `on.refused(body, token)`, `on.stale()`, `on.change()`: all optional. */
  constructor(outbox, on = {}) {
    this.#outbox = outbox;
    this.#on = on;
  }

  /** Starts the rhythm. */
  begin(next_ms) {
    if (next_ms) this.#next_ms = next_ms;
    this.#plan(this.#next_ms);
  }

  /** Sends all that waits. With `leaving` nothing is awaited, since the page may be gone. */
  async send({ leaving = false } = {}) {
    clearTimeout(this.#timer);
    if (!leaving) await this.#outbox.kept;
    let wait = this.#notBefore - performance.now();
    if (wait <= 0 && this.person !== null) {
      const posts = [];
      for (const batch of this.#batches()) {
        posts.push(this.#post(batch));
        if (!leaving) await posts.at(-1);
      }
      const went = await Promise.all(posts);
      if (went.length) {
        this.isDown = went.includes(false);
        this.#failures = this.isDown ? this.#failures + 1 : 0;
      }
      wait = this.#notBefore - performance.now();
    }
    this.#on.change?.();
    const patience = this.#next_ms * 2 ** Math.max(0, this.#failures - 1);
    const pace = Math.min(patience, Math.max(LONGEST_MS, this.#next_ms));
    this.#plan(Math.max(wait, pace));
  }

  #plan(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.send(), ms * (0.9 + Math.random() * 0.2));
  }

  #batches() {
    const batches = [];
    const byToken = new Map();
    for (const row of this.#outbox.waiting(this.person)) {
      if (this.#flying.get(row.key) >= row.length_ms) continue;
      const { key, offset_ms, length_ms, step, evidence } = row;
      const text = JSON.stringify({ key, offset_ms, length_ms, step, evidence });
      let batch = byToken.get(row.token);
      if (!batch || batch.rows.length >= this.#most || batch.bytes + text.length > MOST_BYTES) {
        batch = { token: row.token, activity: row.activity, rows: [], texts: [], bytes: row.token.length + 40 };
        byToken.set(row.token, batch);
        batches.push(batch);
      }
      batch.rows.push({ key, length_ms });
      batch.texts.push(text);
      batch.bytes += text.length + 1;
    }
    return batches.reverse(); // newest first: it may be the last chance of a page being left
  }

  /** True when the server answered, whatever it said. */
  async #post(batch) {
    const { token, rows, texts } = batch;
    const body = `{"token":${JSON.stringify(token)},"intervals":[${texts.join()}]}`;
    for (const { key, length_ms } of rows) this.#flying.set(key, length_ms);
    let response = null;
    let said = null;
    try {
      response = await dispatch(body);
      said = await response.json();
    } catch {
      // no answer, or not one of ours
    } finally {
      for (const { key, length_ms } of rows) {
        if (this.#flying.get(key) === length_ms) this.#flying.delete(key);
      }
    }
    return this.#obey(response, said, batch);
  }

  async #obey(response, said, { token, activity, rows }) {
    if (response?.ok && Array.isArray(said?.intervals)) {
      const known = new Set(said.intervals.map(({ key }) => key));
      await Promise.all(rows.filter(({ key }) => known.has(key)).map((row) => this.#outbox.acknowledge(row)));
      this.#next_ms = said.next_ms || this.#next_ms;
      this.#on.answer?.(said, activity);
      return true;
    }
    if (response?.status === 429 || response?.status === 503) {
      const seconds = Number(response.headers.get("Retry-After"));
      this.#notBefore = performance.now() + Math.min(seconds > 0 ? seconds : 0, 3600) * 1000;
    }
    if (!said?.code) return false;
    switch (response.status) {
      case 400:
      case 422:
      case 401:
        await this.#drop(rows, said.keys);
        this.#on.stale?.();
        return true;
      case 403:
        await this.#drop(rows);
        this.#on.refused?.(said, token);
        return true;
      case 413:
        if (rows.length === 1) await this.#drop(rows);
        this.#most = Math.max(1, Math.floor(rows.length / 2));
        return true;
      default:
        return false;
    }
  }

  #drop(rows, keys = []) {
    const named = keys.length ? rows.filter(({ key }) => keys.includes(key)) : rows;
    return Promise.all(named.map((row) => this.#outbox.drop(row)));
  }
}

/** On a page without a meter: sends once what earlier pages of this person left. */
export async function replay(person) {
  const outbox = new Outbox();
  await outbox.load();
  if (!outbox.waiting(person).length) return;
  const sender = new Sender(outbox);
  sender.person = person;
  await sender.send();
}

function dispatch(body) {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  if (document.visibilityState === "hidden" && !("keepalive" in Request.prototype)) {
    navigator.sendBeacon?.(ADDRESS, new Blob([body], { type: "application/json" }));
    return Promise.reject(new Error("a beacon brings no answer"));
  }
  const signal = AbortSignal.timeout?.(30_000);
  return fetch(ADDRESS, { method: "POST", body, headers, signal, keepalive: true, redirect: "error" });
}
