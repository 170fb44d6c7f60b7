// <study-meter>: joins page and clock. It hears signs of life (throttled, passive), keeps each tick in the
// outbox before it is sent, and shows the server's figure. Its texts stand in templates/parts/study_meter.html.
import { askMe, latest } from "./me.js";
import { Lease } from "./lease.js";
import { Outbox } from "./outbox.js";
import { Sender } from "./sender.js";
import { StudyClock } from "./study-clock.js";

const SIGNS = ["pointerdown", "pointermove", "keydown", "scroll", "wheel", "touchstart", "touchmove", "input"];
const QUIET_MS = 500; // signs of life are looked at twice a second

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
    lost: () => this.#rest("elsewhere"),
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
  #lastSign = 0;
  #lastMedia = 0;

  connectedCallback() {
    this.#clock.step = Number(this.dataset.step) || 1;
    document.addEventListener("me", () => this.#meet(latest()));
    for (const sign of SIGNS) addEventListener(sign, (event) => this.#sign(event), { passive: true, capture: true });
    document.addEventListener("timeupdate", (event) => this.#playing(event), { capture: true });
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
    this.#part("idle")?.addEventListener("close", () => this.#look());
    this.#outbox.load().then(() => this.#sender.send());
    this.#follow();
  }

  attributeChangedCallback(_name, _old, value) {
    this.#clock.step = Number(value) || 1;
  }

  #part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }

  /** Where one page holds several steps, the one on screen is the step. */
  #follow() {
    const steps = document.querySelectorAll("[data-study-step]");
    if (!steps.length) return;
    const watcher = new IntersectionObserver((seen) => {
      const here = seen.findLast((entry) => entry.isIntersecting);
      if (here) this.dataset.step = here.target.dataset.studyStep;
    }, { rootMargin: "-50% 0px" });
    for (const step of steps) watcher.observe(step);
  }

  /** An answer of /api/v1/me. */
  #meet(me) {
    const study = me.study;
    const person = me.signed_in ? me.person : null;
    this.#needsToken = this.#isUnsure = false;
    this.#sender.person = person;
    if (!study || (this.#person !== null && this.#person !== person)) {
      this.#rest();
      this.#study = null;
      this.#part("anonymous").hidden = me.signed_in;
      this.#show();
      return;
    }
    const first = this.#study === null;
    const kind = this.dataset.kind;
    this.#study = study;
    this.#person = person;
    this.#clock.anchor({
      token: study.token,
      at: me.at,
      midnight_ms: me.midnight_ms,
      idle_ms: 1000 * (kind === "quiz" ? study.quiz_idle_s : study.idle_s),
      tick_ms: study.tick_ms ?? 15_000,
      live_ms: study.live_ms,
      kind,
    });
    this.#part("csrf").value = me.csrf ?? "";
    if (first) {
      this.#resume(study.last_step);
      this.#sender.begin(study.next_ms);
    }
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
    this.#timer ??= setInterval(() => this.#tick(), this.#study.tick_ms ?? 15_000);
    this.#say("");
    this.#show();
  }

  /** Counts no more: hidden, left, or another window does. */
  #rest(why = "") {
    this.#clock.stop(now(), Date.now());
    clearInterval(this.#timer);
    this.#timer = null;
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
    if (this.#needsToken) this.#renew();
    this.#show();
  }

  /** A new token. Without an answer the old one goes on serving, and each tick asks again. */
  async #renew() {
    this.#needsToken = true;
    if (await askMe()) return;
    this.#isUnsure = false;
    this.#look();
  }

  #keep(row) {
    this.#outbox.put({ ...row, person: this.#person, activity: this.dataset.activity });
  }

  #sign(event) {
    if (!event.isTrusted || now() - this.#lastSign < QUIET_MS) return;
    this.#lastSign = now();
    if (this.#lease.isHeld) this.#clock.life(now(), Date.now());
    else if (document.hasFocus()) this.#look();
  }

  /** A medium that plays on is life; one that stalls, is sought in, or runs in a loop is not. */
  #playing({ target }) {
    if (target.paused || target.seeking || target.loop || !this.#lease.isHeld) return;
    if (now() - this.#lastMedia < QUIET_MS) return;
    this.#lastMedia = now();
    this.#clock.life(now(), Date.now(), true);
  }

  /** "Still studying?" */
  #ask() {
    this.#lease.leave();
    clearInterval(this.#timer);
    this.#timer = null;
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
    this.#isClosed = true;
    this.#rest();
    this.#lease.leave();
    this.#part("message").textContent = said.message;
  }

  #say(why) {
    const text = this.dataset[`text${why[0]?.toUpperCase()}${why.slice(1)}`] ?? "";
    if (!this.#isClosed) this.#part("message").textContent = text;
  }

  #resume(step) {
    const hint = this.#part("resume");
    if (!(step > 1) || step === this.#clock.step) return;
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
