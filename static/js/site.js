// Who is here is asked once a page, and again when it comes back from the back-forward cache:
// somebody else may have signed in. Nothing personal is kept.
import { askMe, latest } from "./me.js";
import "./account-corner.js";

addEventListener("pageshow", (event) => {
  if (event.persisted) askMe();
});

addEventListener("online", () => latest() || askMe());

async function begin() {
  const meter = document.querySelector("study-meter");
  if (document.querySelector("h5p-player")) import("./h5p-player.js");
  try {
    if (localStorage.getItem("plays-waiting")) import("./h5p/record.js").then(({ replay }) => replay());
  } catch {} // no storage: nothing waits
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
