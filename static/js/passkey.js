// Forms that a passkey fills in: [data-passkey="sign-in" | "confirm" | "create"]. The question of the server is
// in #passkey-options (JSON), for a sign-in it is fetched from the form's address when it is wanted.
// The answer goes into the form's `credential` and the form is sent as ever.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const keys = (list) => list?.map((key) => ({ ...key, id: bytes(key.id) }));

async function question(form) {
  const known = document.getElementById("passkey-options");
  if (known) return JSON.parse(known.textContent).publicKey;
  const response = await fetch(form.action, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return (await response.json()).request_options.publicKey;
}

async function create(asked) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...asked,
      challenge: bytes(asked.challenge),
      user: { ...asked.user, id: bytes(asked.user.id) },
      excludeCredentials: keys(asked.excludeCredentials),
      // It must be found without a name being typed, and must check whose hand holds the device.
      authenticatorSelection: {
        ...asked.authenticatorSelection,
        residentKey: "required",
        requireResidentKey: true,
        userVerification: "required",
      },
    },
  });
  return answer(made, {
    attestationObject: text(made.response.attestationObject),
    transports: made.response.getTransports?.() ?? [],
  });
}

async function use(asked) {
  const used = await navigator.credentials.get({
    publicKey: { ...asked, challenge: bytes(asked.challenge), allowCredentials: keys(asked.allowCredentials) },
  });
  const { authenticatorData, signature, userHandle } = used.response;
  return answer(used, {
    authenticatorData: text(authenticatorData),
    signature: text(signature),
    userHandle: userHandle ? text(userHandle) : null,
  });
}

function answer(credential, response) {
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: { clientDataJSON: text(credential.response.clientDataJSON), ...response },
  };
}

async function fill(form) {
  const trouble = form.querySelector("[data-passkey-error]");
  trouble.hidden = true;
  try {
    const asked = await question(form);
    const credential = form.dataset.passkey === "create" ? await create(asked) : await use(asked);
    form.elements.credential.value = JSON.stringify(credential);
    form.submit();
  } catch {
    trouble.hidden = false; // also when the person said no
  }
}

const able = Boolean(globalThis.PublicKeyCredential && navigator.credentials);
for (const form of document.querySelectorAll("[data-passkey]")) {
  form.hidden = !able;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    fill(form);
  });
}
for (const notice of document.querySelectorAll("[data-passkey-missing]")) notice.hidden = able;
