// The person's name and week on pages for everybody; `data-for` shows what is for their role.
import { latest } from "./me.js";

class AccountCorner extends HTMLElement {
  #anonymous = [...this.childNodes];

  connectedCallback() {
    document.addEventListener("me", () => this.#show(latest()));
  }

  #show({ signed_in, name, roles, week }) {
    for (const element of document.querySelectorAll("[data-for]")) {
      element.hidden = !roles?.[element.dataset.for];
    }
    const parts = signed_in ? [link(this.dataset.href ?? "/akun/sessions/", name)] : this.#anonymous;
    if (signed_in && this.dataset.textWeek && week.target_s) {
      const text = this.dataset.textWeek
        .replace("{n}", Math.floor(week.seconds / 60))
        .replace("{target}", Math.floor(week.target_s / 60));
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
