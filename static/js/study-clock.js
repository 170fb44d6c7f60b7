// What was studied, as contiguous intervals. A pure state machine: it is told the monotonic time (`now`),
// the wall clock (`wall`, only to notice a sleep) and what happened; it touches no page and sets no timer.
//
// An interval is claimed up to the last sign of life, and grows when the next one comes within the idle
// limit; so an idle tail is never reported and lengths never shrink. Being hidden or left while not idle
// is a sign of life too. A new key begins at 15 minutes, at midnight in Jakarta, after idleness, hiding,
// sleep, and with each new token.
const ENTRY_MS = 900_000;
const DAY_MS = 86_400_000;
const TOKEN_MS = 3_600_000; // monotonic clocks drift against the server's: re-anchor each hour

export class StudyClock {
  /** off (hidden, or another window counts) · waiting (for life) · running · idle (was asked) */
  state = "off";
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

  /** `on.interval(row)`: a row to keep; `on.idle()`: ask whether anybody is there; `on.stale()`: get a new token. */
  constructor(on) {
    this.#on = on;
  }

  /** A token arrived at `anchor.at`: {token, at, idle_ms, tick_ms, midnight_ms, kind, live_ms}. */
  anchor(anchor) {
    this.#next = { tick_ms: 15_000, ...anchor, at: Math.floor(anchor.at) };
    if (this.state !== "running") this.#swap();
  }

  /** The page is on screen and this window counts. Without `alive` only the next sign of life starts it. */
  start(now, wall, alive = true) {
    if (!this.#anchor || this.state === "running") return;
    this.#look(now, wall);
    this.state = "waiting";
    if (alive) this.life(now, wall);
  }

  /** The page was hidden or left, or another window counts. */
  stop(now, wall) {
    now = this.#look(now, wall);
    if (this.state === "running") {
      this.#extend(this.#isIdle(now) ? this.#life : now);
      this.#close();
    }
    this.state = "off";
    this.#swap();
  }

  /** A sign of life: a pointer, a key, a scroll; with `media`, a picture or sound that moved on. */
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

  /** To be called each `tick_ms`: hands out the open interval and notices idleness. */
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

  /** Before anything else: did time pass that nobody saw (sleep), or did the wall clock leave ours? */
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
    return now - this.#life > this.#anchor.idle_ms;
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
    this.#start = start;
    this.#open = { key: uuid7(), token: this.#anchor.token, offset_ms: start - this.#anchor.at, length_ms: 0 };
  }

  #close() {
    this.#open = null;
    this.state = "waiting";
    this.#swap();
  }

  #swap() {
    if (this.#next) [this.#anchor, this.#next] = [this.#next, null];
  }

  /** The open interval reaches to `end`; what lies beyond 15 minutes or midnight gets a key of its own. */
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
    if (length_ms <= this.#open.length_ms || length_ms < 1000) return; // seconds are what counts
    this.#open.length_ms = length_ms;
    const evidence = this.#isLive(this.#life) ? "live"
      : this.#anchor.kind === "quiz" ? "quiz"
      : this.#media ? "media" : "input";
    this.#on.interval({ ...this.#open, step: this.step, evidence });
  }
}

/** A UUID of version 7 (RFC 9562): time first, so that keys sort as they were made. */
export function uuid7(wall = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 0; i < 6; i += 1) bytes[i] = Math.floor(wall / 256 ** (5 - i)) % 256;
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}
