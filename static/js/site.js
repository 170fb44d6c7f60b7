// The entry: who is here is asked once a page, and again when a page comes back from the browser's
// back-forward cache, because somebody else may have signed in since. Nothing personal is kept.
import { askMe, latest } from "./me.js";
import "./account-corner.js";

addEventListener("pageshow", (event) => {
  if (event.persisted) askMe();
});

addEventListener("online", () => latest() || askMe());

async function begin() {
  const meter = document.querySelector("study-meter");
  if (meter) await import("./study.js");
  if (document.querySelector("[data-keys]")) import("./team-keys.js");
  while (!(await askMe())) {
    await new Promise((resolve) => setTimeout(resolve, 20_000 + Math.random() * 20_000));
  }
  if (!meter && latest().signed_in) {
    const { replay } = await import("./sender.js");
    replay();
  }
}

begin();
