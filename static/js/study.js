// <study-meter> joins page and clock: hears signs of life, keeps each tick before it is sent, shows the
// server's figure. Texts: templates/parts/study_meter.html.
import { askMe, latest } from "./me.js";
import { Lease } from "./lease.js";
import { Outbox } from "./outbox.js";
import { Sender } from "./sender.js";
import { StudyClock } from "./study-clock.js";

const SIGNS = ["pointerdown", "pointermove", "keydown", "input", "scroll", "timeupdate"];
const QUIET_MS = 500; // looks at signs of life

const now = () => performance.now();
const minutes = (seconds) => Math.floor(seconds / 60);

class StudyMeter extends HTMLElement {
  static observedAttributes = ["data-step"];

  #clock = new StudyClock({
    interval: (row) => this.#keep(row),
    idle: () => this.#ask(),
    stale: () => this.#renew(),
  });
  #lease = new Lease({
    gained: (asked) => this.#count(asked),
    lost: () => this.#rest(this.dataset.textElsewhere),
  });
  #outbox = new Outbox();
  #sender = new Sender(this.#outbox, {
    answer: (said, activity) => this.#heard(said, activity),
    refused: (said, token) => this.#refused(said, token),
    stale: () => this.#renew(),
    change: () => this.#show(),
  });
  #study = null;
  #person = null;
  #needsToken = false;
  #isUnsure = false; // who is signed in
  #isClosed = false;
  #timer = null;
  #hasBegun = false;
  #signs = { input: 0, media: 0 };

  connectedCallback() {
    document.addEventListener("me", () => this.#meet(latest()));
    for (const sign of SIGNS) {
      addEventListener(sign, (event) => this.#sign(event), { passive: true, capture: true });
    }
    document.addEventListener("life", ({ detail }) => this.#alive(detail.media)); // h5p-player.js
    document.addEventListener("visibilitychange", () => this.#look());
    document.addEventListener("freeze", () => this.#leave());
    document.addEventListener("resume", () => this.#look());
    addEventListener("pagehide", () => this.#leave());
    addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      this.#isUnsure = true; // somebody else may have signed in
      this.#renew();
    });
    addEventListener("focus", () => this.#look());
    addEventListener("online", () => this.#sender.send());
    this.#part("idle").addEventListener("close", () => this.#look());
    this.#follow();
  }

  attributeChangedCallback(_name, _old, value) {
    this.#clock.step = Number(value) || 1;
  }

  #part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }

  /** Several steps on one page: the one on screen counts. */
  #follow() {
    const steps = document.querySelectorAll("[data-study-step]");
    if (!steps.length) return;
    const watcher = new IntersectionObserver((seen) => {
      const here = seen.findLast((entry) => entry.isIntersecting);
      if (here) this.dataset.step = here.target.dataset.studyStep;
    }, { rootMargin: "-50% 0px" });
    for (const step of steps) watcher.observe(step);
  }

  #meet(me) {
    const study = me.study;
    const person = me.signed_in ? me.person : null;
    this.#needsToken = this.#isUnsure = false;
    if (!study || this.#person !== person) this.#rest();
    this.#study = study;
    this.#person = person;
    this.#part("anonymous").hidden = me.signed_in;
    if (study) {
      const { kind } = this.dataset;
      const tick_ms = study.tick_ms ?? 15_000;
      const idle_ms = 1000 * (kind === "quiz" ? study.quiz_idle_s : study.idle_s);
      this.#clock.anchor({ ...study, at: me.at, midnight_ms: me.midnight_ms, idle_ms, tick_ms, kind });
      this.#part("csrf").value = me.csrf;
      this.#resume(study.last_step);
      this.#timer ??= setInterval(() => this.#tick(), tick_ms);
    }
    if (!this.#hasBegun) this.#sender.begin(study?.next_ms);
    this.#hasBegun = true;
    this.#look();
    this.#show();
  }

  /** Should this window count now? */
  #look() {
    if (document.visibilityState === "hidden") {
      this.#leave();
    } else if (this.#study && !this.#isUnsure && !this.#isClosed && !this.#part("idle").open) {
      if (this.#lease.isHeld) this.#count(true);
      else this.#lease.want();
    }
  }

  #count(asked) {
    this.#clock.start(now(), Date.now(), asked);
    this.#say("");
    this.#show();
  }

  #rest(why = "") {
    this.#clock.stop(now(), Date.now());
    this.#say(why);
  }

  #leave() {
    this.#rest();
    this.#lease.leave();
    this.#part("idle").close();
    this.#sender.send({ leaving: true });
  }

  #tick() {
    this.#clock.tick(now(), Date.now());
    if (this.#needsToken && this.#lease.isHeld) this.#renew();
    this.#show();
  }

  /** Without an answer the old token goes on serving, and each tick asks again. */
  async #renew() {
    this.#needsToken = true;
    if (await askMe()) return;
    this.#isUnsure = false;
    this.#look();
  }

  #keep(row) {
    this.#outbox.put({ ...row, person: this.#person, activity: this.dataset.activity });
  }

  /** Input, or a medium that plays on: not one that stalls, is sought in, or runs in a loop. */
  #sign({ type, target, isTrusted }) {
    const isMedia = type === "timeupdate";
    if (!isTrusted || (isMedia && (target.paused || target.seeking || target.loop))) return;
    this.#alive(isMedia);
  }

  #alive(isMedia) {
    const last = isMedia ? "media" : "input";
    if (now() - this.#signs[last] < QUIET_MS) return;
    this.#signs[last] = now();
    if (this.#lease.isHeld) this.#clock.life(now(), Date.now(), isMedia);
    else if (!isMedia && document.hasFocus()) this.#look();
  }

  #ask() {
    this.#lease.leave();
    if (!this.#part("idle").open) this.#part("idle").showModal();
  }

  #heard(said, activity) {
    if (!this.#study || activity !== this.dataset.activity) return;
    this.#study.activity_s = said.activity_s;
    if (said.minimum_reached) this.#study.minimum_s = Math.min(this.#study.minimum_s, said.activity_s);
    this.#show();
  }

  #refused(said, token) {
    if (said.code === "activity_closed" && token !== this.#study?.token) return;
    this.#rest(said.message);
    this.#lease.leave();
    this.#isClosed = true;
  }

  #say(text) {
    if (!this.#isClosed) this.#part("message").textContent = text;
  }

  #resume(step) {
    const hint = this.#part("resume");
    if (!hint.hidden || step < 2 || step === this.#clock.step) return;
    const link = hint.querySelector("a");
    link.href = hint.dataset.href.replace("{n}", step);
    link.textContent = link.textContent.replace("{n}", step);
    hint.hidden = false;
  }

  #show() {
    const study = this.#study;
    this.#part("line").hidden = !study;
    if (!study) return;
    const waiting_ms = this.#outbox.waiting(this.#person)
      .filter((row) => row.activity === this.dataset.activity)
      .reduce((sum, row) => sum + row.length_ms - row.acked_ms, 0);
    const isDown = (this.#sender.isDown || !navigator.onLine) && waiting_ms > 0;
    const text = isDown ? this.dataset.textWaiting : this.dataset.textRecorded;
    this.#part("minutes").textContent = text
      .replace("{n}", minutes(study.activity_s))
      .replace("{waiting}", minutes(waiting_ms / 1000));
    this.dataset.state = isDown ? "offline" : this.#clock.state;
    this.#part("done").hidden = !study.is_complete;
    this.#part("complete").hidden =
      study.is_complete || !study.has_passed || study.activity_s < study.minimum_s;
  }
}

customElements.define("study-meter", StudyMeter);
