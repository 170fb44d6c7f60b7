// One window counts: it holds a Web Lock and hands it on. Without locks all count; the server unites them.
const NAME = "study";

export class Lease {
  #on;
  #channel = null;
  #queued = null;
  #release = null;

  /** `on.gained(asked)`: by asking, or because another gave up; `on.lost()`. */
  constructor(on) {
    this.#on = on;
  }

  get isHeld() {
    return this.#release !== null;
  }

  want() {
    if (this.#release) return;
    if (!navigator.locks) {
      this.#release = () => {};
      return this.#on.gained(true);
    }
    const channel = this.#channel ??= new BroadcastChannel(NAME);
    channel.onmessage = () => this.#yield();
    this.#queue(true);
    // Only once our request is in the queue may the holder let go.
    navigator.locks.query().then(() => channel.postMessage("want")).catch(() => {});
  }

  leave() {
    this.#queued?.abort();
    this.#queued = null;
    this.#free();
    this.#channel?.close(); // or it keeps the page out of the back-forward cache
    this.#channel = null;
  }

  #queue(asked) {
    this.#queued?.abort();
    const queued = this.#queued = new AbortController();
    navigator.locks.request(NAME, { signal: queued.signal }, () => {
      if (this.#queued === queued) return new Promise((release) => {
        this.#release = release;
        this.#on.gained(asked);
      });
    }).catch(() => {}); // aborted
  }

  /** Another window asks: we line up behind it. */
  #yield() {
    if (!this.#queued) return;
    if (this.#release) {
      this.#on.lost();
      this.#free();
    }
    this.#queue(false);
  }

  #free() {
    this.#release?.();
    this.#release = null;
  }
}
