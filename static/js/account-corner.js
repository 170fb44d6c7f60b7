// <account-corner>: the signed-in person's name and week, on pages that are the same for everybody.
// Elsewhere on the page `data-for="supervisor"` and `data-for="editor"` are shown to those who are.
import { latest } from "./me.js";

class AccountCorner extends HTMLElement {
  #show = () => this.show(latest());
  #anonymous = null;

  connectedCallback() {
    this.#anonymous ??= [...this.childNodes];
    document.addEventListener("me", this.#show);
    if (latest()) this.#show();
  }

  disconnectedCallback() {
    document.removeEventListener("me", this.#show);
  }

  show(me) {
    for (const element of document.querySelectorAll("[data-for]")) {
      element.hidden = !me.roles?.[element.dataset.for];
    }
    if (!me.signed_in) {
      this.replaceChildren(...this.#anonymous);
      return;
    }
    const minutes = (seconds) => Math.floor(seconds / 60);
    const parts = [link(this.dataset.href ?? "/akun/sessions/", me.name)];
    if (this.dataset.textWeek && me.week) {
      const text = this.dataset.textWeek
        .replace("{n}", minutes(me.week.seconds))
        .replace("{target}", minutes(me.week.target_s));
      parts.unshift(link("/belajar/", text), " ");
    }
    this.replaceChildren(...parts);
  }
}

function link(href, text) {
  const anchor = document.createElement("a");
  anchor.href = href;
  anchor.textContent = text;
  return anchor;
}

customElements.define("account-corner", AccountCorner);
