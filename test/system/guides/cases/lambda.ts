// The authorizer of docs/guides/lambda.md, with the events that API Gateway sends.
import assert from "node:assert/strict";
import { auth0 } from "../../../unit/jwks/published-sets.ts";
import type { Cases } from "../cases.ts";
import { issue, withIssuers } from "../issuers.ts";

type Handler = (event: object) => Promise<{ isAuthorized: boolean; context?: object }>;

const cases: Cases = (load) => [
  [
    "a good token, none, and one for somebody else",
    () =>
      withIssuers(async () => {
        const { handler } = (await load("authorizer.ts")) as { handler: Handler };
        const ask = (authorization?: string) => handler({ version: "2.0", headers: { authorization } });
        const token = await issue(auth0, { aud: "https://api.example", scope: "orders:read" }, "at+jwt");
        assert.deepEqual(await ask(`Bearer ${token}`), {
          isAuthorized: true,
          context: { subject: "subject", scope: "orders:read" },
        });
        const other = await issue(auth0, { aud: "https://other.example" }, "at+jwt");
        for (const refused of [undefined, "Basic eDp5", "Bearer x", `Bearer ${other}`])
          assert.deepEqual(await ask(refused), { isAuthorized: false });
      }),
  ],
];

export default cases;
