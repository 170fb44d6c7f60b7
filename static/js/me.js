// One question to the server, "who am I and where do I stand here?", shared by all that shows the answer.
// Each answer is announced on the document as a "me" event; `at` is its arrival on the monotonic clock
// (offset 0 of the study token) and `midnight_ms` the time then left to midnight in Jakarta (UTC+7).
const DAY_MS = 86_400_000;
const WIB_MS = 25_200_000;

let answer = null;
let question = null;

/** The last answer, or null. */
export function latest() {
  return answer;
}

/** Asks; gives the answer, or null when there was none (then the old one stays). Never asks twice at once. */
export function askMe() {
  question ??= ask().finally(() => { question = null; });
  return question;
}

async function ask() {
  const meter = document.querySelector("study-meter");
  const about = meter ? `?activity=${meter.dataset.activity}&revision=${meter.dataset.revision}` : "";
  try {
    const response = await fetch(`/api/v1/me${about}`, {
      cache: "no-store",
      redirect: "error",
      headers: { Accept: "application/json" },
    });
    const at = performance.now();
    if (!response.ok) return null;
    const fresh = await response.json();
    if (typeof fresh.signed_in !== "boolean") return null; // a captive portal, for one
    const serverTime = Date.parse(response.headers.get("Date")) || Date.now();
    fresh.at = at;
    fresh.midnight_ms = DAY_MS - ((serverTime + WIB_MS) % DAY_MS);
    fresh.person ??= fresh.study?.person ?? "";
    answer = fresh;
  } catch {
    return null; // no connection: whoever needs the answer asks again
  }
  document.dispatchEvent(new CustomEvent("me", { detail: answer }));
  return answer;
}
