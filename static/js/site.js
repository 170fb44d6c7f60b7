// The entry: who is here is asked once a page, and again when a page comes back from the browser's
// back-forward cache, because somebody else may have signed in since. Nothing personal is kept.
import { askMe, latest } from "./me.js";
import "./account-corner.js";

addEventListener("pageshow", (event) => {
  if (event.persisted) askMe();
});

addEventListener("online", () => latest() || askMe());

/** Something played on an earlier page may still wait for a connection. */
function playsWait() {
  try {
    return localStorage.getItem("plays-waiting") !== null;
  } catch {
    return false;
  }
}

async function begin() {
  const meter = document.querySelector("study-meter");
  if (document.querySelector("h5p-player")) import("./h5p-player.js");
  if (playsWait()) import("./h5p/record.js").then(({ replay }) => replay());
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
