// A real OpenID provider (npm oidc-provider) for the journey: node identity_provider.mjs PORT CALLBACK PEOPLE.
// PEOPLE is JSON: {"name typed over there": {"nip": …}}. It says "ready" when it listens.
import { Provider } from "oidc-provider";

const [port, callback, people] = process.argv.slice(2);
const known = JSON.parse(people);

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "asn-belajar",
      client_secret: "rahasia-untuk-uji",
      redirect_uris: [callback],
      response_types: ["code"],
      grant_types: ["authorization_code"],
    },
  ],
  claims: { openid: ["sub"], profile: ["name", "nip", "employee_number", "role"] },
  findAccount: (_context, id) => ({ accountId: id, claims: async () => ({ sub: id, ...known[id] }) }),
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true } },
  cookies: { keys: ["hanya-untuk-uji"] },
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
