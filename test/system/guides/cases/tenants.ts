// The tenants of docs/guides/tenants.md are apart.
import assert from "node:assert/strict";
import type { Signer, Verifier } from "../../../../src/index.ts";
import type { Cases } from "../cases.ts";

const cases: Cases = (load) => [
  [
    "a token is of its tenant, and of no other",
    async () => {
      const { signerOf, verifier, tenantOf } = (await load("tenants.ts")) as {
        signerOf: (tenant: string) => Signer;
        verifier: Verifier;
        tenantOf: (claims: object) => string;
      };
      const token = await signerOf("acme").sign({ sub: "user_123" });
      assert.equal(tenantOf((await verifier.verify(token)).claims), "acme");

      // Acme's signature under Globex' name.
      const [header, payload = "", signature] = token.split(".");
      const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as object;
      const moved = Buffer.from(JSON.stringify({ ...claims, iss: "https://api.example/tenants/globex" })).toString(
        "base64url",
      );
      await assert.rejects(verifier.verify([header, moved, signature].join(".")), { code: "key_not_found" });
      assert.throws(() => signerOf("initech"), /no tenant/);
    },
  ],
];

export default cases;
