// <h5p-player> on a module page: nothing is fetched before the person asks for it. Then the stage comes in a
// frame of our own; what it tells is its height and signs of life, which count as life on this page.
const ATTENDED_MS = 300_000; // code alone cannot keep the clock running: a hand must have moved by then

class H5PPlayer extends HTMLElement {
  #frame = null;
  #touched = -Infinity;

  connectedCallback() {
    this.#part("begin").addEventListener("click", () => this.#open());
    this.#part("large").addEventListener("click", () => this.#enlarge());
    this.#part("offer").hidden = false;
    addEventListener("message", (event) => this.#hear(event));
    document.addEventListener("fullscreenchange", () => this.#label());
    document.addEventListener("keydown", ({ key }) => {
      if (key === "Escape" && this.dataset.size === "large") this.#enlarge();
    });
  }

  #part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }

  #open() {
    this.#touched = performance.now();
    const frame = this.#frame = document.createElement("iframe");
    frame.src = this.dataset.src;
    frame.title = this.dataset.title;
    this.#part("place").replaceChildren(frame);
    this.#part("offer").hidden = true;
    this.#part("tools").hidden = false;
    frame.focus();
  }

  #hear({ source, origin, data }) {
    if (!this.#frame || source !== this.#frame.contentWindow || origin !== location.origin) return;
    if (data?.from !== "h5p-stage") return;
    if (data.type === "height") this.#frame.style.blockSize = `${data.height}px`;
    else if (data.type === "life") this.#live(data.media);
  }

  /** The browser, unlike the package, knows whether somebody really touched the frame. */
  #live(media) {
    const { userActivation } = navigator;
    if (!userActivation || userActivation.isActive) this.#touched = performance.now();
    if (document.visibilityState === "hidden" || !document.hasFocus()) return;
    if (!media && performance.now() - this.#touched > ATTENDED_MS) return;
    document.dispatchEvent(new CustomEvent("life", { detail: { media } }));
  }

  /** Full screen; on phones that have none, as large as the window. */
  #enlarge() {
    if (document.fullscreenElement === this) document.exitFullscreen();
    else if (this.requestFullscreen && this.dataset.size !== "large") {
      this.requestFullscreen().catch(() => this.#fill());
    } else this.#fill();
  }

  #fill() {
    if (this.dataset.size === "large") delete this.dataset.size;
    else this.dataset.size = "large";
    this.#label();
  }

  #label() {
    const isLarge = document.fullscreenElement === this || this.dataset.size === "large";
    const button = this.#part("large");
    button.textContent = isLarge ? this.dataset.textSmaller : this.dataset.textLarger;
    button.setAttribute("aria-pressed", isLarge);
  }
}

customElements.define("h5p-player", H5PPlayer);
