// Runs first inside the frame of a package: an opaque origin without network. Everything the package needs
// comes by message as Blobs, everything it says leaves by message. What runs here is the package's, so the
// page outside believes none of it.
(() => {
  "use strict";
  const LIFE = ["pointerdown", "pointermove", "keydown", "input", "wheel", "timeupdate"];
  const LIFE_MS = 500;
  const HASH = /\.[0-9a-f]{12}(?=\.\w+$)/; // static files carry one in their name
  const outside = parent;
  const tell = (message) => outside.postMessage(message, "*");

  // An opaque origin has no storage, and H5P's core stops where asking for it throws.
  for (const name of ["localStorage", "sessionStorage"]) {
    const kept = new Map();
    const value = {
      getItem: (key) => kept.get(String(key)) ?? null,
      setItem: (key, text) => void kept.set(String(key), String(text)),
      removeItem: (key) => void kept.delete(String(key)),
      clear: () => kept.clear(),
      key: (index) => [...kept.keys()][index] ?? null,
      get length() { return kept.size; },
    };
    Object.defineProperty(window, name, { configurable: true, value });
  }
  Object.defineProperty(document, "cookie", { configurable: true, get: () => "", set: () => {} });
  // The one way to the network that no content policy closes.
  for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection"]) {
    Object.defineProperty(window, name, { value: undefined });
  }

  let lastLife = -Infinity;
  for (const sign of LIFE) {
    addEventListener(sign, ({ isTrusted, type, target }) => {
      const media = type === "timeupdate";
      if (!isTrusted || (media && (target.paused || target.seeking || target.loop))) return;
      if (performance.now() - lastLife < LIFE_MS) return;
      lastLife = performance.now();
      tell({ type: "life", media });
    }, { capture: true, passive: true });
  }

  addEventListener("message", function begin({ source, data }) {
    if (source !== outside || data?.type !== "start") return;
    removeEventListener("message", begin);
    addEventListener("message", ({ source, data }) => {
      if (source !== outside || data?.type !== "ping") return;
      measure(); // a frame out of sight is not laid out by itself
      tell({ type: "pong" });
    });
    start(data).catch((error) => tell({ type: "failed", message: String(error).slice(0, 500) }));
  });

  async function start({ manifest, files, remote, core, texts, state, iri, name }) {
    const urls = new Map(Object.entries(remote));
    for (const [path, blob] of Object.entries(files)) urls.set(path, URL.createObjectURL(blob));

    for (const path of [core.css, ...manifest.css]) await addStyle(path, files[path], urls);
    const id = "1";
    window.H5PIntegration = {
      baseUrl: "", url: "", siteUrl: iri, ajax: {}, core: {}, loadedJs: [], loadedCss: [],
      urlLibraries: "", libraryConfig: {}, crossorigin: null, crossoriginRegex: null,
      saveFreq: 3, postUserStatistics: false, reportingIsEnabled: true, fullscreenDisabled: 1,
      user: { name, mail: "peserta@belajar.invalid" }, l10n: { H5P: texts },
      contents: {
        [`cid-${id}`]: {
          library: manifest.library, title: manifest.title, url: iri, contentUrl: "content",
          jsonContent: await files["content/content.json"].text(), styles: [], scripts: [], fullScreen: false,
          displayOptions: { copyright: false, download: false, embed: false, export: false, frame: false, icon: false },
          metadata: { title: manifest.title, license: "U", defaultLanguage: manifest.language },
          contentUserData: state,
        },
      },
    };
    window.H5P = { preventInit: true };
    await addScript(urls.get(core.js));
    bridge(id, urls, state);
    await Promise.all(manifest.js.map((path) => addScript(urls.get(path))));

    window.H5P.init(document.body);
    isShown = true;
    new ResizeObserver(measure).observe(document.body);
    measure();
    tell({ type: "ready", scores: scores() });
  }

  let isShown = false;
  let height = 0;
  function measure() {
    const now = Math.ceil(document.body.getBoundingClientRect().height);
    if (!isShown || Math.abs(now - height) < 2) return;
    height = now;
    tell({ type: "height", height });
  }

  /** Has the piece points to give? What has none is marked as done by hand. */
  function scores() {
    try {
      return window.H5P.instances.some((each) => each.getMaxScore?.() > 0);
    } catch {
      return false;
    }
  }

  /** Core asks for files and keeps state by address; here both go through the page outside. */
  function bridge(id, urls, state) {
    const { H5P } = window;
    const getPath = H5P.getPath;
    H5P.getPath = (path, contentId) =>
      urls.get(`content/${String(path).replace(/#tmp$/, "")}`) ?? getPath.call(H5P, path, contentId);
    const makeType = H5P.ContentType;
    H5P.ContentType = function (isRoot) {
      const type = makeType(isRoot);
      const filePath = type.prototype.getLibraryFilePath;
      type.prototype.getLibraryFilePath = function (file) {
        return urls.get(`${this.libraryInfo.versionedNameNoSpaces}/${file}`) ?? filePath.call(this, file);
      };
      return type;
    };
    H5P.canHasFullScreen = false; // the page outside has a button of its own

    const sent = new Map();
    const keep = (part, name, data) => {
      const key = `${part} ${name}`;
      if (sent.get(key) === data) return;
      sent.set(key, data);
      tell({ type: "state", part, name, data });
    };
    H5P.setUserData = (_content, name, data, extras = {}) => {
      keep(String(extras.subContentId || 0), name, JSON.stringify(data) ?? null);
    };
    H5P.getUserData = (_content, name, done, part) => {
      const kept = state?.[part || 0]?.[name];
      done(undefined, kept === undefined ? undefined : JSON.parse(kept));
    };
    H5P.deleteUserData = (_content, name, part) => keep(String(part || 0), name, null);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "hidden") return;
      for (const instance of H5P.instances) {
        const now = instance.getCurrentState?.();
        if (now !== undefined) H5P.setUserData(instance.contentId, "state", now);
      }
    });
    // Before init, or `attempted` is missed.
    H5P.externalDispatcher.on("xAPI", ({ data }) => {
      tell({ type: "statement", statement: JSON.parse(JSON.stringify(data.statement)) });
    });
  }

  function addScript(address) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.async = false; // run in order
      script.onload = resolve;
      script.onerror = () => reject(new Error("script"));
      document.head.append(script);
    });
  }

  async function addStyle(path, blob, urls) {
    const folder = path.split("/").slice(0, -1);
    const style = document.createElement("style");
    style.textContent = (await blob.text()).replace(/url\(\s*(['"]?)([^'")]+)\1\s*\)/g, (all, _quote, address) => {
      if (/^(data:|blob:|#)/.test(address)) return all;
      const file = resolve(folder, address.split(/[?#]/)[0]);
      return `url("${urls.get(file) ?? urls.get(file.replace(HASH, "")) ?? "data:,"}")`;
    });
    document.head.append(style);
  }

  function resolve(folder, address) {
    const parts = [...folder];
    for (const part of decodeURIComponent(address).split("/")) {
      if (part === "..") parts.pop();
      else if (part && part !== ".") parts.push(part);
    }
    return parts.join("/");
  }

  tell({ type: "boot" });
})();
