// Who is here? Asked once for all; each answer is announced on the document as "me". `at` is its arrival
// on the monotonic clock (offset 0 of the token), `midnight_ms` what was left to midnight in Jakarta.
const DAY_MS = 86_400_000;
const WIB_MS = 25_200_000; // UTC+7

let answer = null;
let question = null;

export function latest() {
  return answer;
}

/** The answer, or null when there was none: then the old one stays. */
export function askMe() {
  question ??= ask().finally(() => { question = null; });
  return question;
}

async function ask() {
  const meter = document.querySelector("study-meter");
  const about = meter ? `?activity=${meter.dataset.activity}&revision=${meter.dataset.revision}` : "";
  try {
    const response = await fetch(`/api/v1/me${about}`, { cache: "no-store" });
    const at = performance.now();
    const fresh = await response.json();
    if (!("signed_in" in fresh)) return null; // an error, or a captive portal
    const serverTime = Date.parse(response.headers.get("Date")) || Date.now();
    fresh.at = at;
    fresh.midnight_ms = DAY_MS - ((serverTime + WIB_MS) % DAY_MS);
    fresh.person ??= fresh.study?.person ?? "";
    answer = fresh;
  } catch {
    return null;
  }
  document.dispatchEvent(new CustomEvent("me", { detail: answer }));
  return answer;
}
