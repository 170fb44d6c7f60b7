// The team by keyboard: j and k walk the rows, letters press what the row shows. Everything here is a link or
// a button of the page, so nothing is lost without it. Single letters can be turned off (WCAG 2.1.4).
const OFF = "team-keys-off";
const NEXT = "team-keys-next"; // where to go on after the page has come back
const table = document.querySelector("[data-keys]");
const help = document.querySelector("[data-key-help]");
const rows = [...table.tBodies[0].rows];
const form = table.closest("form");

// Storage may be forbidden: the keys then work, and only the place and the choice are forgotten.
function storage(kind, deed) {
  try {
    return deed(window[kind]);
  } catch {
    return null;
  }
}

let isOff = storage("localStorage", (kept) => kept.getItem(OFF)) === "1";
const nameOf = (row) => row?.querySelector(".person-row-name a");
const current = () => document.activeElement?.closest("[data-keys] tbody tr");

function walk(step) {
  const at = rows.indexOf(current());
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step;
  nameOf(rows[Math.min(rows.length - 1, Math.max(0, next))])?.focus();
}

function press(selector) {
  current()?.querySelector(selector)?.click();
}

function acknowledge() {
  if (!form) return;
  if (!form.querySelector("[name=person]:checked")) {
    const box = current()?.querySelector("[name=person]");
    if (!box) return;
    box.checked = true;
  }
  const next = current()?.nextElementSibling ?? current();
  storage("sessionStorage", (kept) => kept.setItem(NEXT, next?.id ?? ""));
  form.querySelector("[name=who][value=selected]").click();
}

const keys = {
  j: () => walk(1),
  k: () => walk(-1),
  ArrowDown: () => walk(1),
  ArrowUp: () => walk(-1),
  o: () => nameOf(current())?.click(),
  x: () => press("[name=person]"),
  t: acknowledge,
  u: () => press("[name=undo]"),
  i: () => press(".person-row-nudge"),
  c: () => {
    const link = nameOf(current());
    if (link) location.href = `${link.href}#cuti`;
  },
  s: () => table.querySelector("thead th:nth-child(3) a")?.click(),
  "/": () => document.querySelector("#team-search")?.focus(),
  "?": () => {
    if (!help) return;
    help.open = !help.open;
    if (help.open) help.querySelector("summary").focus();
  },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const field = event.target.closest("input:not([type=checkbox]), select, textarea");
  if (field) {
    if (event.key === "Escape") field.blur();
    return;
  }
  const isArrow = event.key.startsWith("Arrow");
  if (isArrow && !current()) return; // the page scrolls as ever until somebody is in the table
  const deed = isOff && !isArrow ? undefined : keys[event.key];
  if (!deed) return;
  event.preventDefault();
  deed();
});

if (help) {
  help.hidden = false;
  const toggle = help.querySelector("[data-key-switch]");
  toggle.checked = !isOff;
  toggle.addEventListener("change", () => {
    isOff = !toggle.checked;
    storage("localStorage", (kept) => kept.setItem(OFF, isOff ? "1" : "0"));
  });
}

// Back from a deed: on with the row it was about, or the next.
const next = storage("sessionStorage", (kept) => kept.getItem(NEXT));
storage("sessionStorage", (kept) => kept.removeItem(NEXT));
nameOf(document.getElementById(next || location.hash.slice(1))?.closest("[data-keys] tbody tr"))?.focus();
