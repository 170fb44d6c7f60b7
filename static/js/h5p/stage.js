// <h5p-stage>: the trusted side of one package. It fetches, hands everything to the frame (an opaque origin
// that reaches nothing by itself), and hears the frame out: nothing it says is believed beyond its shape.
// Texts and addresses stand in templates/content/h5p/stage.html.
import { LoadError, Loader } from "./load.js";
import { Record } from "./record.js";

const VERBS = new Set(["attempted", "answered", "completed", "passed", "failed"]);
const LONGEST_STATEMENT = 30_000;
const LONGEST_STATE = 60_000; // all of a play together
const MOST_STATES = 200;
const MOST_STATEMENTS = 1_000;
const MOST_STATEMENTS_A_MINUTE = 100;
const MOST_MESSAGES = 2_000; // in ten seconds: no honest piece says so much
const PART = /^[0-9A-Za-z-]{1,64}$/;
const NAME = /^[!-~]{1,64}$/;
const HIGHEST = 20_000;
const PING_MS = 5_000;
const SILENT_MS = 20_000;
const LIFE_MS = 500;
const MARKED = "urn:asn-belajar:marked-by-learner"; // learning/plays/rules.py knows it too

class H5PStage extends HTMLElement {
  #loader = new Loader();
  #record = new Record({
    play: (play, token) => token === this.#play?.token && this.#show(play),
    refused: (message) => { this.#part("note").textContent = message; },
    change: () => this.#showWaiting(),
  });
  #play = null;
  #frame = null;
  #loaded = null;
  #messages = 0;
  #minute = [];
  #statements = 0;
  #stateSizes = new Map();
  #hasStarted = false;
  #heard = 0;
  #life = -Infinity;

  connectedCallback() {
    addEventListener("message", (event) => this.#hear(event));
    addEventListener("pagehide", () => this.#record.leave());
    document.addEventListener("visibilitychange", () => {
      // The frame has its last word first.
      if (document.visibilityState === "hidden") setTimeout(() => this.#record.leave(), 50);
    });
    addEventListener("online", () => this.dataset.state === "failed" && this.#begin());
    this.#part("retry").addEventListener("click", () => this.#begin());
    this.#part("again").addEventListener("click", () => this.#begin({ anew: true }));
    this.#part("done").addEventListener("click", () => this.#markDone());
    setInterval(() => this.#watch(), PING_MS);
    setInterval(() => { this.#messages = 0; }, 10_000);
    new ResizeObserver(() => {
      this.#tell({ type: "height", height: Math.ceil(this.offsetHeight) });
      this.#frame?.contentWindow.postMessage({ type: "ping" }, "*");
    }).observe(this);
    this.#begin();
  }

  #part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }

  /** To the page around, which is ours too. */
  #tell(message) {
    if (parent !== window) parent.postMessage({ from: "h5p-stage", ...message }, location.origin);
  }

  async #begin({ anew = false } = {}) {
    this.#close();
    this.#part("mark").hidden = true;
    this.dataset.state = "loading";
    this.#say("");
    try {
      const [loaded, play] = await Promise.all([
        this.#loader.load(JSON.parse(this.dataset.load), (bytes, of) => this.#progress(bytes, of)),
        this.#open(anew),
      ]);
      this.#loaded = loaded;
      this.#play = play;
      this.#part("anonymous").hidden = play.signed_in;
      this.#show(play);
      this.#mount();
    } catch (error) {
      this.#fail(error instanceof LoadError && error.isMissing ? this.dataset.textMissing : this.dataset.textOffline);
    }
  }

  /** Begin to play, or go on. A preview (no activity) is told to nobody. */
  async #open(anew) {
    const query = new URLSearchParams(location.search);
    const activity = Number(query.get("aktivitas"));
    if (!activity) return { signed_in: true, token: null, play: "", state: {}, iri: this.dataset.iri };
    let response;
    try {
      response = await fetch(this.dataset.play, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ activity, revision: Number(query.get("revisi")) || null, anew }),
      });
    } catch {
      throw new LoadError(false);
    }
    if (!response.ok) {
      const said = await response.json().catch(() => ({}));
      this.#part("note").textContent = said.message ?? "";
      if (response.status >= 500) throw new LoadError(false);
      return { signed_in: true, token: null, play: "", state: {}, iri: this.dataset.iri };
    }
    const play = await response.json();
    if (anew) await this.#record.forget(play.play);
    return { ...play, state: await this.#record.withUnsent(play.play, play.state ?? {}) };
  }

  #progress(bytes, of) {
    const inKb = (n) => Math.max(1, Math.round(n / 1024)).toLocaleString("id");
    this.#say(this.dataset.textLoading.replace("{n}", inKb(bytes)).replace("{of}", inKb(of)));
    const bar = this.#part("progress");
    bar.max = of || 1;
    bar.value = bytes;
  }

  #mount() {
    this.#frame = this.#part("template").content.firstElementChild.cloneNode(true);
    this.#heard = performance.now();
    this.#hasStarted = false;
    this.#stateSizes.clear();
    this.#part("frame").replaceChildren(this.#frame);
  }

  #close() {
    this.#frame?.remove();
    this.#frame = null;
  }

  #fail(text) {
    this.#close();
    this.dataset.state = "failed";
    this.#say(text);
  }

  #say(text) {
    this.#part("status").textContent = text;
  }

  #hear({ source, data }) {
    if (!this.#frame || source !== this.#frame.contentWindow || typeof data !== "object" || !data) return;
    this.#messages += 1;
    if (this.#messages > MOST_MESSAGES) return this.#fail(this.dataset.textStopped);
    this.#heard = performance.now();
    if (data.type === "boot" && !this.#hasStarted) this.#start();
    else if (data.type === "ready") this.#ready(data.scores === true);
    else if (data.type === "failed" && this.dataset.state === "loading") this.#fail(this.dataset.textBroken);
    else if (data.type === "height") this.#resize(data.height);
    else if (data.type === "life") this.#relay(data.media === true);
    else if (data.type === "statement") this.#keepStatement(data.statement);
    else if (data.type === "state") this.#keepState(data);
  }

  #start() {
    this.#hasStarted = true;
    const { manifest, files, remote } = this.#loaded;
    const { state, iri } = this.#play;
    const { core, texts, name } = JSON.parse(this.dataset.start);
    this.#frame.contentWindow.postMessage(
      { type: "start", manifest, files, remote, core, texts, state, iri, name }, "*", // its origin has no name
    );
  }

  #ready(scores) {
    this.dataset.state = "playing";
    this.#say("");
    this.#tell({ type: "ready" });
    this.#part("mark").hidden = scores || "ends" in this.dataset || !this.#play.token || Boolean(this.#play.finished_at);
  }

  /** A piece without points says nothing when it is over: the person does. Kept and sent like any statement. */
  #markDone() {
    const { token, iri } = this.#play;
    this.#part("mark").hidden = true;
    this.#record.say(token, {
      verb: { id: "http://adlnet.gov/expapi/verbs/completed" },
      object: { objectType: "Activity", id: iri },
      result: { completion: true },
      context: { extensions: { [MARKED]: true } },
    });
  }

  #resize(height) {
    if (Number.isFinite(height)) this.#frame.style.blockSize = `${Math.min(Math.max(height, 40), HIGHEST)}px`;
  }

  #relay(media) {
    if (performance.now() - this.#life < LIFE_MS) return;
    this.#life = performance.now();
    this.#tell({ type: "life", media });
  }

  /** The server reads it critically; here only what would be a waste to send is left out. */
  #keepStatement(statement) {
    const { token, iri } = this.#play;
    const verb = String(statement?.verb?.id).split("/").pop();
    const about = statement?.object?.id;
    if (!token || !VERBS.has(verb) || typeof about !== "string") return;
    if (about !== iri && !(verb === "answered" && about.startsWith(`${iri}?subContentId=`))) return;
    const now = performance.now();
    this.#minute = this.#minute.filter((at) => now - at < 60_000);
    if (this.#minute.length >= MOST_STATEMENTS_A_MINUTE || this.#statements >= MOST_STATEMENTS) return;
    if (JSON.stringify(statement).length > LONGEST_STATEMENT) return;
    this.#minute.push(now);
    this.#statements += 1;
    this.#record.say(token, statement);
  }

  #keepState({ part, name, data }) {
    const { token, play } = this.#play;
    const isText = data === null || typeof data === "string";
    const isNamed = [part, name].every((each) => typeof each === "string") && PART.test(part) && NAME.test(name);
    if (!token || !isText || !isNamed) return;
    this.#stateSizes.set(`${part}/${name}`, data?.length ?? 0);
    const sizes = [...this.#stateSizes.values()];
    if (sizes.length > MOST_STATES || sizes.reduce((sum, size) => sum + size) > LONGEST_STATE) {
      this.#stateSizes.delete(`${part}/${name}`);
      return;
    }
    this.#record.remember({ token, play, part, name, data });
  }

  #watch() {
    if (!this.#frame || document.visibilityState === "hidden") {
      this.#heard = performance.now();
      return;
    }
    this.#frame.contentWindow.postMessage({ type: "ping" }, "*");
    if (performance.now() - this.#heard > SILENT_MS) this.#fail(this.dataset.textSilent);
  }

  /** What the server knows of this play. */
  #show({ raw, max, score, finished_at }) {
    const result = this.#part("result");
    result.hidden = !finished_at;
    if (!finished_at) return;
    this.#part("mark").hidden = true;
    const hasScore = score !== null && score !== undefined;
    this.#part("selfscored").hidden = !hasScore;
    const text = hasScore ? this.dataset.textScore : this.dataset.textDone;
    result.firstElementChild.textContent = text
      .replace("{raw}", Number(raw).toLocaleString("id"))
      .replace("{max}", Number(max).toLocaleString("id"))
      .replace("{score}", score);
  }

  #showWaiting() {
    this.#part("waiting").hidden = !this.#record.waiting || navigator.onLine;
  }
}

customElements.define("h5p-stage", H5PStage);
