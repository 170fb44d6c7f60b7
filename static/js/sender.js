// Reports the outbox each `next_ms`, and when the page is left. A batch is one token; a failed one never
// blocks the next. Only the server's own word (JSON with a code) drops a row.
import { latest } from "./me.js";
import { Outbox } from "./outbox.js";

const ADDRESS = "/api/v1/study/intervals";
const LONGEST_MS = 300_000;

export class Sender {
  isDown = false;

  #outbox;
  #on;
  #next_ms = 60_000;
  #most = 100; // intervals: some 15 KB, of the 64 KB that may outlive a page
  #failures = 0;
  #notBefore = 0;
  #timer = null;
  #flying = new Map();

  constructor(outbox, on = {}) {
    this.#outbox = outbox;
    this.#on = on;
  }

  async begin(next_ms) {
    this.#next_ms = next_ms || this.#next_ms;
    await this.#outbox.load();
    this.send();
  }

  /** With `leaving` nothing is awaited: the page may be gone. */
  async send({ leaving = false } = {}) {
    clearTimeout(this.#timer);
    if (!leaving) await this.#outbox.kept;
    const posts = [];
    for (const batch of this.#batches()) {
      if (this.#notBefore > performance.now()) break;
      posts.push(this.#post(batch));
      if (!leaving) await posts.at(-1);
    }
    const went = await Promise.all(posts);
    if (went.length) {
      this.isDown = !went.includes(true);
      this.#failures = this.isDown ? this.#failures + 1 : 0;
    }
    this.#on.change?.();
    const patience = Math.min(this.#next_ms * 2 ** Math.max(0, this.#failures - 1), LONGEST_MS);
    const wait = Math.max(patience, this.#next_ms, this.#notBefore - performance.now());
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.send(), wait * (1 + Math.random() * 0.2));
  }

  #batches() {
    const batches = [];
    const byToken = new Map();
    const me = latest();
    for (const row of me?.signed_in ? this.#outbox.waiting(me.person) : []) {
      if (this.#flying.get(row.key) >= row.length_ms) continue;
      const { token, activity, key, offset_ms, length_ms, step, evidence } = row;
      let batch = byToken.get(token);
      if (!batch || batch.rows.length >= this.#most) {
        batch = { token, activity, rows: [] };
        byToken.set(token, batch);
        batches.push(batch);
      }
      batch.rows.push({ key, offset_ms, length_ms, step, evidence });
    }
    return batches.reverse();
  }

  /** Did the server answer? */
  async #post({ token, activity, rows }) {
    for (const { key, length_ms } of rows) this.#flying.set(key, length_ms);
    let response, said;
    try {
      response = await dispatch(JSON.stringify({ token, intervals: rows }));
      said = await response.json();
    } catch {
      // no answer, or not the server's
    }
    for (const { key } of rows) this.#flying.delete(key);
    if (response?.ok && Array.isArray(said?.intervals)) {
      for (const row of rows) {
        if (said.intervals.some(({ key }) => key === row.key)) this.#outbox.acknowledge(row);
      }
      this.#next_ms = said.next_ms || this.#next_ms;
      this.#on.answer?.(said, activity);
      return true;
    }
    const status = response?.status;
    const seconds = Number(response?.headers.get("Retry-After"));
    if (seconds > 0) this.#notBefore = performance.now() + Math.min(seconds, 3600) * 1000;
    if (!said?.code || status === 429 || status >= 500) return false;
    if (status === 413) this.#most = Math.ceil(rows.length / 2);
    for (const row of status === 413 && rows[1] ? [] : rows) {
      if (!said.keys?.length || said.keys.includes(row.key)) this.#outbox.drop(row);
    }
    if (status === 403) this.#on.refused?.(said, token);
    else if (status !== 413) this.#on.stale?.();
    return true;
  }
}

/** For pages without a meter. */
export function replay() {
  new Sender(new Outbox()).begin();
}

function dispatch(body) {
  const type = "application/json";
  if (document.visibilityState === "hidden" && !("keepalive" in Request.prototype)) {
    navigator.sendBeacon(ADDRESS, new Blob([body], { type }));
    return Promise.reject();
  }
  const signal = AbortSignal.timeout?.(30_000);
  return fetch(ADDRESS, { method: "POST", body, headers: { "Content-Type": type }, signal, keepalive: true });
}
