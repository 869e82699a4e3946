// What a verifier remembers of headers. Whole tokens: token-cache.test.ts.
import { describe, expect, it } from "vitest";
import { runSync } from "../../../src/base/steps.ts";
import type { VerifyingKey } from "../../../src/index.ts";
import { parseHeader, type JwsHeader } from "../../../src/jws/header.ts";
import { verifyCompact } from "../../../src/jws/verify.ts";
import { rememberHeaders } from "../../../src/jwt/memory.ts";
import { compileKeys } from "../../../src/keys/select.ts";
import { countingKey, encode, forge, jwtHeader, key } from "./forge.ts";
import { codeOf } from "./outcome.ts";

describe("headers that were good once", () => {
  const header = parseHeader(encode({ alg: "HS256", list: [{}] }));
  const full = (): Map<string, JwsHeader> => new Map(Array.from({ length: 100 }, (_, i) => [`segment-${i}`, header]));

  it("are remembered, frozen with everything in them", () => {
    const known = new Map<string, JwsHeader>();
    rememberHeaders(known).keep("segment", header);
    expect(known.get("segment")).toBe(header);
    expect(
      Object.isFrozen(header) && Object.isFrozen(header.list) && Object.isFrozen((header.list as object[])[0]),
    ).toBe(true);
  });

  it("a hundred of them, then they make room for new ones", () => {
    const known = full();
    known.delete("segment-0");
    const headers = rememberHeaders(known);
    headers.keep("new", header);
    expect(known.size).toBe(100);
    headers.keep("newer", header);
    expect([...known.keys()]).toEqual(["newer"]);
  });

  it("one that is there takes no room again", () => {
    const known = full();
    rememberHeaders(known).keep("segment-7", header);
    expect(known.size).toBe(100);
  });

  it("freezes each of two that were read at the same time, before either was kept", () => {
    const known = new Map<string, JwsHeader>();
    const headers = rememberHeaders(known);
    const segment = encode({ alg: "HS256", list: [{}] });
    const [one, two] = [headers.read(segment), headers.read(segment)];
    expect(one).not.toBe(two);
    headers.keep(segment, one);
    headers.keep(segment, two);
    expect(Object.isFrozen(one) && Object.isFrozen(two)).toBe(true);
    expect(headers.read(segment)).toBe(two);
  });

  it("each header by its own segment, however they alternate", () => {
    const headers = rememberHeaders(new Map());
    const segments = ["HS256", "HS384"].map((alg) => encode({ alg }));
    for (const segment of [...segments, ...segments]) headers.keep(segment, headers.read(segment));
    expect(segments.map((segment) => headers.read(segment).alg)).toEqual(["HS256", "HS384"]);
  });

  it.each<[string, VerifyingKey]>([
    ["a secret, whose MACs are compared as text", key],
    ["a plug-in key", countingKey()],
  ])("are remembered after a good signature alone: by %s", async (_what, good) => {
    const known = new Map<string, JwsHeader>();
    const open = (token: string): Promise<string> =>
      codeOf(() => runSync(verifyCompact(token, compileKeys(good), rememberHeaders(known))));
    const token = forge();
    expect(await open(`${token.slice(0, -4)}AAAA`)).toBe("signature_invalid");
    expect(known.size).toBe(0);
    expect(await open(token)).toBe("accepted");
    const remembered = known.get(encode(jwtHeader));
    expect(remembered).toEqual(jwtHeader);
    expect(await open(token)).toBe("accepted");
    expect(known.get(encode(jwtHeader))).toBe(remembered);
  });

  it("are not remembered where they have extensions, which a JWT must not have", async () => {
    const known = new Map<string, JwsHeader>();
    const token = forge(undefined, { ...jwtHeader, crit: ["x"], x: 1 });
    expect(await codeOf(() => runSync(verifyCompact(token, compileKeys(key), rememberHeaders(known))))).toBe(
      "crit_unsupported",
    );
    expect(known.size).toBe(0);
  });
});
