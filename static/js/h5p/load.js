// Fetches what a package is played from, on the site's own origin where the HTTP cache (and later a service
// worker) helps, and cuts bundles apart. What has come stays when a part fails: a retry fetches the rest.
const STALLED_MS = 30_000;

export class LoadError extends Error {
  /** `isMissing`: the site answered, but not with the file. */
  constructor(isMissing) {
    super(isMissing ? "missing" : "no connection");
    this.isMissing = isMissing;
  }
}

export class Loader {
  #blobs = new Map();
  #bytes = new Map();

  /** `{manifest, files: path → Blob, remote: path → address}`; `progress(bytes, ofBytes)` over the wire. */
  async load({ manifestUrl, core, streamed }, progress) {
    const manifest = JSON.parse(await (await this.#get(manifestUrl)).text());
    const remote = {};
    const wanted = [...manifest.bundles];
    for (const file of manifest.files) {
      if (streamed.includes(file.url) && navigator.onLine) remote[file.path] = new URL(file.url, location).href;
      else wanted.push(file);
    }
    const sent = (part) => part.sent ?? part.size;
    const total = wanted.reduce((sum, part) => sum + sent(part), 0);
    const report = () => {
      let done = 0;
      for (const part of wanted) done += sent(part) * Math.min(1, (this.#bytes.get(part.url) ?? 0) / (part.size || 1));
      progress(Math.round(done), total);
    };
    report();
    await Promise.all([
      ...wanted.map(({ url, size }) => this.#get(url, size, report)),
      ...Object.values(core).map((url) => this.#get(url)),
    ]);

    const files = {};
    for (const { url, parts } of manifest.bundles) {
      let at = 0;
      for (const [path, type, size] of parts) {
        files[path] = this.#blobs.get(url).slice(at, at + size, type);
        at += size;
      }
    }
    for (const { path, mime, url } of manifest.files) {
      if (!remote[path]) files[path] = this.#blobs.get(url).slice(0, undefined, mime);
    }
    for (const [path, url] of Object.entries(core)) {
      const type = path.endsWith(".js") ? "text/javascript" : path.endsWith(".css") ? "text/css" : "font/woff2";
      files[path] = this.#blobs.get(url).slice(0, undefined, type);
    }
    return { manifest, files, remote };
  }

  async #get(url, size, report) {
    if (this.#blobs.has(url)) return this.#blobs.get(url);
    const line = new AbortController();
    let timer = setTimeout(() => line.abort(), STALLED_MS);
    try {
      const response = await fetch(url, { signal: line.signal });
      if (!response.ok) throw new LoadError(response.status < 500);
      const chunks = [];
      const reader = response.body.getReader();
      let bytes = 0;
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        clearTimeout(timer);
        timer = setTimeout(() => line.abort(), STALLED_MS);
        chunks.push(value);
        bytes += value.length;
        this.#bytes.set(url, bytes);
        report?.();
      }
      if (size !== undefined && bytes !== size) throw new LoadError(false); // cut short
      const blob = new Blob(chunks);
      this.#blobs.set(url, blob);
      return blob;
    } catch (error) {
      this.#bytes.delete(url);
      throw error instanceof LoadError ? error : new LoadError(false);
    } finally {
      clearTimeout(timer);
    }
  }
}
