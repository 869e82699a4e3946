// What holds while a real server is gone, and once it is back, for a process that was there all the time.
import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { createVerifier, generateSecret, HS256, revoke, revokeSubject, sign } from "../../../../src/index.ts";
import type { ReplayStore, SubjectDenylist } from "../../../../src/index.ts";
import { codeOf } from "../../../unit/jwt/outcome.ts";
import type { Server } from "../servers/program.ts";

export function testOutage(server: () => Server, open: () => { denylist: SubjectDenylist; replay: ReplayStore }): void {
  it("while the server is gone nothing is accepted or revoked; once it is back, what was revoked is revoked, and all goes on", async () => {
    const { denylist, replay } = open();
    const key = await generateSecret(HS256);
    const [issuer, audience, storeTimeout] = ["my-api", "web", 2];
    const mint = (sub: string): Promise<string> => sign({ sub }, key, { issuer, audience, jwtId: true });
    const denied = createVerifier(key, { issuer, audience, denylist, storeTimeout });
    const waived = createVerifier(key, { issuer, audience, denylist, storeTimeout, onStoreError: "allow" });
    const once = createVerifier(key, { issuer, audience, replay, storeTimeout });

    const [everyone, leaver] = [randomUUID(), randomUUID()];
    const [revoked, good, left] = [await mint(everyone), await mint(everyone), await mint(leaver)];
    const { payload } = await denied.verify(revoked);
    await revoke(denylist, payload);
    await revokeSubject(denylist, { iss: issuer, sub: leaver }, { maxLifetime: "15m" });
    const verdicts = async (): Promise<string[]> =>
      Promise.all([revoked, good, left].map((token) => codeOf(() => denied.verify(token))));
    expect(await verdicts()).toEqual(["revoked", "accepted", "revoked"]);

    await server().kill();
    expect(await verdicts()).toEqual(["store_unavailable", "store_unavailable", "store_unavailable"]);
    expect(await codeOf(() => waived.verify(good))).toBe("accepted");
    expect(await codeOf(() => once.verify(good))).toBe("store_unavailable");
    const subject = { iss: issuer, sub: everyone };
    expect(await codeOf(() => revoke(denylist, payload, { storeTimeout }))).toBe("store_unavailable");
    expect(await codeOf(() => revokeSubject(denylist, subject, { maxLifetime: "15m", before: 1, storeTimeout }))).toBe(
      "store_unavailable",
    );

    await server().restart();
    await expect.poll(verdicts, { timeout: 30_000 }).toEqual(["revoked", "accepted", "revoked"]);
    const fresh = await mint(everyone);
    expect(await codeOf(() => once.verify(fresh))).toBe("accepted");
    expect(await codeOf(() => once.verify(fresh))).toBe("replayed");
    await revokeSubject(denylist, subject, { maxLifetime: "15m" });
    expect(await verdicts()).toEqual(["revoked", "revoked", "revoked"]);
  });
}
