// The queue of what a piece says, under a fake clock and a fake server.
import assert from "node:assert/strict";
import { mock, test } from "node:test";

mock.timers.enable({ apis: ["setTimeout", "Date"] });
globalThis.addEventListener = () => {};
globalThis.indexedDB = { open: () => { throw new Error("blocked"); } }; // then memory has to do
globalThis.localStorage = {
  kept: new Map(),
  setItem(key, value) { this.kept.set(key, value); },
  removeItem(key) { this.kept.delete(key); },
};
performance.now = () => Date.now();
AbortSignal.timeout = undefined;

const { Record } = await import("../../static/js/h5p/record.js");
const PLAY = { raw: 1, max: 2, score: 50, finished_at: "2026-11-25T03:00:00Z" };

/** A server that answers by `answers`, one status after another; the last one stays. */
function server(...answers) {
  const asked = [];
  globalThis.fetch = async (address, { method, body }) => {
    asked.push({ address, method, ...JSON.parse(body) });
    const status = answers.length > 1 ? answers.shift() : answers[0];
    if (!status) throw new TypeError("no connection");
    const said = status === 200 ? { play: PLAY, statements: [] } : { code: "x", message: "Tidak." };
    return { ok: status < 300, status, json: async () => said };
  };
  return asked;
}

async function pass(ms) {
  for (let left = ms; left > 0; left -= 500) {
    mock.timers.tick(500);
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  }
}

test("what is said together goes together", async () => {
  const asked = server(200);
  const heard = [];
  const record = new Record({ play: (play) => heard.push(play.score) });
  record.say("t1", { verb: 1 });
  record.say("t1", { verb: 2 });
  await pass(3_000);
  assert.equal(asked.length, 1);
  assert.deepEqual(asked[0].statements.map(({ statement }) => statement.verb), [1, 2]);
  assert.deepEqual(heard, [50]);
  assert.equal(record.waiting, 0);
});

test("without a connection it waits longer and longer, and sends the same ids", async () => {
  const asked = server(0, 503, 200);
  const record = new Record();
  record.say("t1", { verb: 1 });
  await pass(3_000);
  assert.equal(record.waiting, 1);
  assert.equal(localStorage.kept.get("plays-waiting"), "1");
  await pass(60_000);
  assert.equal(asked.length, 3);
  assert.equal(new Set(asked.map(({ statements }) => statements[0].id)).size, 1);
  assert.ok(asked[2].statements[0].ago_ms > asked[0].statements[0].ago_ms);
  assert.equal(record.waiting, 0);
  assert.equal(localStorage.kept.has("plays-waiting"), false);
});

test("what the server will not have is not sent again, and the reason is told", async () => {
  const asked = server(401);
  const reasons = [];
  const record = new Record({ refused: (message) => reasons.push(message) });
  record.say("t1", { verb: 1 });
  await pass(60_000);
  assert.equal(asked.length, 1);
  assert.deepEqual(reasons, ["Tidak."]);
});

test("too often is no refusal", async () => {
  const asked = server(429, 200);
  const record = new Record();
  record.say("t1", { verb: 1 });
  await pass(60_000);
  assert.equal(asked.length, 2);
  assert.equal(record.waiting, 0);
});

test("each play has a report of its own", async () => {
  const asked = server(200);
  const record = new Record();
  record.say("t1", { verb: 1 });
  record.say("t2", { verb: 2 });
  await pass(3_000);
  assert.deepEqual(asked.map(({ token }) => token).sort(), ["t1", "t2"]);
});

test("of a state only the last is sent, and what is not sent yet is known", async () => {
  const asked = server(200);
  const record = new Record();
  for (const data of ["a", "b", "c"]) record.remember({ token: "t1", play: "p", part: "0", name: "state", data });
  assert.deepEqual(await record.withUnsent("p", { 0: { state: "old", other: "x" } }), { 0: { state: "c", other: "x" } });
  assert.deepEqual(await record.withUnsent("q", { 0: { state: "old" } }), { 0: { state: "old" } });
  await pass(10_000);
  assert.deepEqual(asked.map(({ method, data }) => [method, data]), [["PUT", "c"]]);
});
