// A state machine: of the monotonic time, the wall clock (only to notice a sleep) and what happens it makes
// contiguous intervals, each up to the last sign of life (leaving is one): no idle tail, no length shrinks.
const ENTRY_MS = 900_000;
const DAY_MS = 86_400_000;
const TOKEN_MS = 3_600_000; // clocks drift: re-anchor each hour

export class StudyClock {
  state = "off"; // or "waiting" for life, "running", "idle" (was asked)
  step = 1;

  #on;
  #anchor = null;
  #next = null;
  #open = null;
  #start = 0;
  #life = 0;
  #seen = null;
  #wall = 0;
  #media = false;

  /** `on.interval(row)`; `on.idle()`: ask who is there; `on.stale()`: get a new token. */
  constructor(on) {
    this.#on = on;
  }

  /** A new token; a running interval hands over at its next sign of life. */
  anchor(anchor) {
    this.#next = { ...anchor, at: Math.floor(anchor.at) };
    if (this.state !== "running") this.#swap();
  }

  /** This window counts now; without `alive`, from the next sign of life. */
  start(now, wall, alive = true) {
    if (!this.#anchor || this.state === "running") return;
    this.#look(now, wall);
    this.state = "waiting";
    if (alive) this.life(now, wall);
  }

  stop(now, wall) {
    now = this.#look(now, wall);
    if (this.state === "running") {
      this.#extend(this.#isIdle(now) ? this.#life : now);
      this.#close();
    }
    this.state = "off";
    this.#swap();
  }

  /** A sign of life: input, or a medium that played on. */
  life(now, wall, media = false) {
    now = this.#look(now, wall);
    if (this.state === "off" || !this.#anchor) return;
    if (this.state === "running" && this.#isIdle(now)) this.#close();
    else if (this.state === "running") {
      this.#media ||= media;
      this.#life = now;
      if (this.#next && now - this.#start >= 1000) {
        this.#extend(now);
        this.#close();
      }
    }
    if (this.state !== "running") this.#begin(now, media);
  }

  /** To be called each `tick_ms`. */
  tick(now, wall) {
    now = this.#look(now, wall);
    if (!this.#anchor) return;
    if (this.#isLive(now)) this.life(now, wall);
    if (this.state !== "running") return;
    this.#extend(this.#life);
    if (!this.#isIdle(now)) return;
    this.#close();
    this.state = "idle";
    this.#on.idle();
  }

  /** Did time pass that nobody saw, or did the wall clock leave ours? Then the machine slept. */
  #look(now, wall) {
    now = Math.floor(now);
    if (this.#anchor && this.#seen !== null) {
      const limit = 2 * this.#anchor.tick_ms;
      const gap = now - this.#seen;
      const isRunning = this.state === "running";
      const slept = (isRunning || this.state === "waiting") && gap > limit;
      if (slept && isRunning) {
        this.#extend(this.#isIdle(this.#seen) ? this.#life : this.#seen);
        this.#close();
      }
      if (slept || Math.abs(wall - this.#wall - gap) > limit) this.#on.stale();
    }
    this.#seen = now;
    this.#wall = wall;
    return now;
  }

  #isIdle(now) {
    return !this.#isLive(now) && now - this.#life > this.#anchor.idle_ms;
  }

  #isLive(now) {
    const { kind, live_ms, at } = this.#anchor;
    return kind === "live" && now < at + (live_ms ?? Infinity);
  }

  #begin(now, media) {
    this.#swap();
    this.state = "running";
    this.#media = media;
    this.#life = now;
    this.#key(now);
    if (now - this.#anchor.at >= TOKEN_MS) this.#on.stale();
  }

  #key(start) {
    const { token, at } = this.#anchor;
    this.#start = start;
    this.#open = { key: uuid7(), token, offset_ms: start - at, length_ms: 0 };
  }

  #close() {
    this.#open = null;
    this.state = "waiting";
    this.#swap();
  }

  #swap() {
    if (this.#next) [this.#anchor, this.#next] = [this.#next, null];
  }

  /** The open interval reaches to `end`; a new key begins at 15 minutes and at midnight. */
  #extend(end) {
    const anchor = this.#anchor;
    let midnight = anchor.at + anchor.midnight_ms;
    while (midnight <= this.#start) midnight += DAY_MS;
    const limit = Math.min(this.#start + ENTRY_MS, Math.ceil(midnight));
    this.#report(Math.min(end, limit));
    if (end <= limit) return;
    this.#key(limit);
    if (limit - anchor.at >= TOKEN_MS) this.#on.stale();
    this.#extend(end);
  }

  #report(end) {
    const length_ms = end - this.#start;
    if (length_ms <= this.#open.length_ms || length_ms < 1000) return;
    this.#open.length_ms = length_ms;
    const evidence = this.#isLive(this.#life) ? "live"
      : this.#anchor.kind === "quiz" ? "quiz"
      : this.#media ? "media" : "input";
    this.#on.interval({ ...this.#open, step: this.step, evidence });
  }
}

/** A UUID of version 7 (RFC 9562). */
export function uuid7(wall = Date.now()) {
  const time = wall.toString(16).padStart(12, "0");
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  const random = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${time}7${random.slice(0, 3)}${"89ab"[bytes[9] & 3]}${random.slice(3, 18)}`
    .replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
