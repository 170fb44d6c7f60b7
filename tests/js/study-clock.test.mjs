// The measuring core under a fake clock. Times are seconds here; the clock itself counts milliseconds.
import assert from "node:assert/strict";
import { test } from "node:test";
import { StudyClock, uuid7 } from "../../static/js/study-clock.js";

/** A page that is looked at, ticks by itself while time passes, and keeps what the clock reports. */
function page({ idle = 120, tick = 15, midnight = 36_000, kind = "reading", live, at = 0 } = {}) {
  const rows = new Map();
  const lengths = [];
  const seen = { idle: 0, stale: 0 };
  let now = at * 1000;
  let jump = 0;
  const wall = () => 1_800_000_000_000 + now + jump;
  const clock = new StudyClock({
    interval(row) {
      lengths.push([row.key, row.length_ms]);
      rows.set(row.key, row);
    },
    idle: () => { seen.idle += 1; },
    stale: () => { seen.stale += 1; },
  });
  let ticked = now;
  const self = {
    clock, seen, lengths,
    rows: () => [...rows.values()].map(({ offset_ms, length_ms }) => [offset_ms / 1000, length_ms / 1000]),
    evidence: () => [...rows.values()].map((row) => row.evidence),
    steps: () => [...rows.values()].map((row) => row.step),
    tokens: () => [...rows.values()].map((row) => row.token),
    total: () => [...rows.values()].reduce((sum, row) => sum + row.length_ms, 0) / 1000,
    token(name = "t1") {
      clock.anchor({
        token: name, at: now, idle_ms: idle * 1000, tick_ms: tick * 1000,
        midnight_ms: midnight * 1000, kind, live_ms: live && live * 1000,
      });
    },
    /** Time passes, tick by tick; `each` is called once a second. */
    pass(seconds, each = () => {}) {
      for (let i = 0; i < seconds; i += 1) {
        now += 1000;
        each();
        if (now - ticked >= tick * 1000) {
          ticked = now;
          clock.tick(now, wall());
        }
      }
    },
    read(seconds) {
      self.pass(seconds, () => now % 10_000 === 0 && self.life());
      self.life();
    },
    /** The machine sleeps: no ticks; `monotonic` says whether performance.now() goes on. */
    sleep(seconds, { monotonic = true } = {}) {
      if (monotonic) now += seconds * 1000;
      else jump += seconds * 1000;
      ticked = now;
    },
    setWallClock: (seconds) => { jump += seconds * 1000; },
    tick: () => clock.tick(now, wall()),
    life: () => clock.life(now, wall()),
    media: () => clock.life(now, wall(), true),
    start: (alive) => clock.start(now, wall(), alive),
    stop: () => clock.stop(now, wall()),
  };
  self.token();
  self.start();
  return self;
}

test("study is one interval from start to leave", () => {
  const it = page();
  it.read(100);
  it.stop();
  assert.deepEqual(it.rows(), [[0, 100]]);
});

test("a page left while not idle counts to the moment it was left, without any input (T3)", () => {
  const it = page();
  it.pass(100);
  it.stop();
  assert.deepEqual(it.rows(), [[0, 100]]);
});

test("nobody there: nothing is counted and it is asked once (T1)", () => {
  const it = page();
  it.pass(600);
  it.stop();
  assert.equal(it.total(), 0);
  assert.equal(it.seen.idle, 1);
});

test("the idle tail is taken off and was never reported", () => {
  const it = page();
  it.read(60);
  it.pass(200);
  it.stop();
  assert.deepEqual(it.rows(), [[0, 60]]);
  assert.ok(it.lengths.every(([, length]) => length <= 60_000));
});

test("a pause within the idle limit counts when life returns", () => {
  const it = page();
  it.read(60);
  it.pass(110);
  it.life();
  it.stop();
  assert.deepEqual(it.rows(), [[0, 170]]);
});

test("life after the limit but before the next tick starts a new interval without asking", () => {
  const it = page({ tick: 15 });
  it.read(60);
  it.pass(121);
  it.life();
  it.read(30);
  it.stop();
  assert.deepEqual(it.rows(), [[0, 60], [181, 30]]);
  assert.equal(it.seen.idle, 0);
});

test("study goes on with a new key when the question was answered", () => {
  const it = page();
  it.read(60);
  it.pass(140);
  assert.equal(it.clock.state, "idle");
  it.life();
  it.read(40);
  it.stop();
  assert.deepEqual(it.rows(), [[0, 60], [200, 40]]);
});

test("an unanswered question is no sleep", () => {
  const it = page();
  it.read(60);
  it.pass(140);
  it.sleep(600); // the page stops ticking while it asks
  it.life();
  it.read(20);
  it.stop();
  assert.deepEqual(it.rows(), [[0, 60], [800, 20]]);
  assert.equal(it.seen.stale, 0);
});

test("lengths only grow", () => {
  const it = page();
  for (let i = 0; i < 40; i += 1) {
    it.read(37);
    it.pass(i * 7);
  }
  it.stop();
  const last = new Map();
  for (const [key, length] of it.lengths) {
    assert.ok(length > (last.get(key) ?? 0));
    last.set(key, length);
  }
});

test("intervals never overlap and never exceed fifteen minutes", () => {
  const it = page();
  for (let i = 0; i < 30; i += 1) {
    it.read(200);
    if (i % 7 === 3) it.stop();
    it.pass(20);
    it.start();
  }
  it.stop();
  let end = 0;
  for (const [offset, length] of it.rows()) {
    assert.ok(offset >= end && length <= 900);
    end = offset + length;
  }
});

test("hidden time does not count", () => {
  const it = page();
  it.read(30);
  it.stop();
  it.pass(500);
  it.start();
  it.read(20);
  it.stop();
  assert.deepEqual(it.rows(), [[0, 30], [530, 20]]);
});

test("the key is renewed at fifteen minutes without losing a second", () => {
  const it = page();
  it.read(2000);
  it.stop();
  assert.deepEqual(it.rows(), [[0, 900], [900, 900], [1800, 200]]);
});

test("the key is renewed at midnight in Jakarta", () => {
  const it = page({ midnight: 300 });
  it.read(400);
  it.stop();
  assert.deepEqual(it.rows(), [[0, 300], [300, 100]]);
});

test("a sleep ends the interval at the last tick and waits for life and a new token", () => {
  const it = page();
  it.read(60);
  it.sleep(3600);
  it.tick();
  assert.equal(it.seen.stale, 1);
  it.pass(10);
  it.token("t2");
  it.life();
  it.read(40);
  it.stop();
  assert.deepEqual(it.rows(), [[0, 60], [0, 40]]);
  assert.deepEqual(it.tokens(), ["t1", "t2"]);
});

test("a sleep the monotonic clock did not see asks for a new token", () => {
  const it = page();
  it.read(60);
  it.sleep(3600, { monotonic: false });
  it.life();
  assert.equal(it.seen.stale, 1);
  it.token("t2");
  it.read(30);
  it.stop();
  assert.equal(it.total(), 90);
});

test("without an answer the old token goes on serving after a sleep", () => {
  const it = page();
  it.read(60);
  it.sleep(3600);
  it.life();
  it.read(30);
  it.stop();
  assert.deepEqual(it.rows(), [[0, 60], [3660, 30]]);
});

test("the wall clock set back 100 s changes nothing (T6)", () => {
  const it = page();
  it.read(25);
  it.setWallClock(-100);
  it.read(25);
  it.stop();
  assert.equal(it.total(), 50);
});

test("the wall clock pushed forward 40 s every 5 s changes nothing (T7)", () => {
  const it = page();
  let second = 0;
  it.pass(53, () => (second += 1) % 5 === 0 && it.setWallClock(40));
  it.stop();
  assert.equal(it.total(), 53);
  assert.ok(it.seen.stale > 0);
});

test("a new token takes over in the middle without losing or doubling a second", () => {
  const it = page();
  it.read(60);
  it.token("t2");
  it.pass(5);
  it.read(55);
  it.stop();
  assert.equal(it.total(), 120);
  assert.deepEqual(it.tokens(), ["t1", "t2"]);
});

test("a token older than an hour is renewed", () => {
  const it = page();
  it.read(3700);
  assert.equal(it.seen.stale, 1);
});

test("playing media is life, and says so", () => {
  const it = page();
  it.pass(600, it.media);
  it.stop();
  assert.deepEqual(it.rows(), [[0, 600]]);
  assert.deepEqual(it.evidence(), ["media"]);
});

test("media that stalled is no life any more", () => {
  const it = page();
  it.pass(100, it.media);
  it.pass(300);
  assert.equal(it.total(), 100);
  assert.equal(it.clock.state, "idle");
});

test("a live episode is life until it ends", () => {
  const it = page({ kind: "live", live: 600 });
  it.pass(1000);
  it.stop();
  assert.ok(Math.abs(it.total() - 600) <= 15);
  assert.deepEqual(it.evidence(), ["live"]);
});

test("a live episode stays one interval even with a very short idle limit", () => {
  const it = page({ kind: "live", idle: 1 });
  it.pass(100);
  it.stop();
  assert.deepEqual(it.rows(), [[0, 100]]);
});

test("a quiz has its own limit and evidence", () => {
  const it = page({ kind: "quiz", idle: 300 });
  it.pass(250);
  it.life();
  it.stop();
  assert.deepEqual(it.rows(), [[0, 250]]);
  assert.deepEqual(it.evidence(), ["quiz"]);
});

test("a window that counts because another gave up waits for life", () => {
  const it = page();
  it.stop();
  it.start(false);
  it.pass(90);
  it.life();
  it.read(10);
  it.stop();
  assert.deepEqual(it.rows(), [[90, 10]]);
});

test("the step on screen goes with the interval", () => {
  const it = page();
  it.read(20);
  it.clock.step = 3;
  it.read(20);
  it.stop();
  assert.deepEqual(it.steps(), [3]);
});

test("without a token nothing is counted", () => {
  const rows = [];
  const clock = new StudyClock({ interval: (row) => rows.push(row), idle() {}, stale() {} });
  clock.start(0, 0);
  clock.life(5000, 5000);
  clock.tick(15_000, 15_000);
  clock.stop(20_000, 20_000);
  assert.deepEqual(rows, []);
});

test("a key is a UUID of version 7 that sorts by time", () => {
  assert.match(uuid7(), /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.ok(uuid7(1_700_000_000_000) < uuid7(1_700_000_000_001));
});
