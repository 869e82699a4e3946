// What holds for a link that is good once, with the used ones on a real server, whichever it is.
import { describe, expect, it } from "vitest";
import { defineToken, generateSecret, HS256 } from "../../../../src/index.ts";
import type { ReplayStore } from "../../../../src/index.ts";
import { codeOf } from "../../../unit/jwt/outcome.ts";

const policy = { issuer: "my-api", audience: "web" };

export function testKinds(open: () => ReplayStore): void {
  describe("a kind that is good once", () => {
    it("can be looked at by any scanner, is used once by fifty at once, and says so when it is looked at again", async () => {
      const [key, once] = [await generateSecret(HS256), open()];
      const [reset, invitation] = ["password-reset", "invitation"].map((name) =>
        defineToken(name, { ...policy, once }),
      );
      const link = await reset!.createSigner(key).sign({ sub: "user_123" });
      const links = reset!.createVerifier(key);
      for (let i = 0; i < 5; i++) expect((await links.peek(link)).claims.sub).toBe("user_123");
      expect(await codeOf(() => invitation!.createVerifier(key).verify(link))).toBe("typ_mismatch");
      const codes = await Promise.all(Array.from({ length: 50 }, () => codeOf(() => links.verify(link))));
      expect(codes.filter((code) => code === "accepted")).toHaveLength(1);
      expect(codes.filter((code) => code === "replayed")).toHaveLength(49);
      expect(await codeOf(() => links.peek(link))).toBe("replayed");
      const another = await reset!.createSigner(key).sign({ sub: "user_123" });
      expect(await codeOf(() => links.peek(another))).toBe("accepted");
    });
  });
}
