// `crit` (RFC 7515 §4.1.11) and header members that carry keys (§4.1.2–§4.1.6, RFC 8725 §3.10).
import { describe, expect, it, vi } from "vitest";
import { signJws, unchecked, verifyJws, verifyJwsJson } from "../../../src/index.ts";
import { encode, expected, forge, goodClaims, key, mac, sealed, secret } from "../jwt/forge.ts";
import { codeOf, outcome } from "../jwt/outcome.ts";

const hello = encode("hello");
const withHeader = (members: object): string => sealed(encode({ alg: "HS256", ...members }), hello);
const registered = ["alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit"];

describe("crit in a JWS: every name understood, present, listed once", () => {
  it.each<[string, object, string]>([
    ["a name nobody understands", { crit: ["exp"], exp: 1 }, "crit_unsupported"],
    ["one understood, one not", { crit: ["ours", "theirs"], ours: 1, theirs: 1 }, "crit_unsupported"],
    ["a name that differs in case", { crit: ["Ours"], Ours: 1 }, "crit_unsupported"],
    ["an empty list", { crit: [] }, "header_invalid"],
    ["a name twice", { crit: ["ours", "ours"], ours: 1 }, "header_invalid"],
    ["an absent member", { crit: ["ours"] }, "header_invalid"],
    ["a member that only every object has", { crit: ["toString"] }, "header_invalid"],
    ["the prototype's name", { crit: ["__proto__"] }, "header_invalid"],
    ["a text", { crit: "ours", ours: 1 }, "header_invalid"],
    ["an object", { crit: { ours: true }, ours: 1 }, "header_invalid"],
    ["null", { crit: null, ours: 1 }, "header_invalid"],
    ["true", { crit: true }, "header_invalid"],
    ["numbers", { crit: [1], 1: 1 }, "header_invalid"],
    ["null in the list", { crit: [null], null: 1 }, "header_invalid"],
    ["a list in the list", { crit: [["ours"]], ours: 1 }, "header_invalid"],
    ["an empty name", { crit: [""], "": 1 }, "crit_unsupported"],
    ...registered.map((name): [string, object, string] => [
      `the registered name ${name}`,
      { ...(name !== "crit" && name !== "alg" && { [name]: "x" }), crit: [name] },
      "header_invalid",
    ]),
  ])("%s", async (_name, members, code) => {
    const options = { understood: ["ours", "toString", "__proto__", "1", "null", ...registered] };
    expect(await codeOf(() => verifyJws(withHeader(members), key, options))).toBe(code);
    const [header, payload, signature] = withHeader(members).split(".") as [string, string, string];
    expect(await codeOf(() => verifyJwsJson({ protected: header, payload, signature }, key, options))).toBe(code);
  });

  it("what is understood, present and listed once is accepted, whatever its value", async () => {
    for (const ours of [1, null, false, "", [], { a: 1 }]) {
      const { header } = await verifyJws(withHeader({ crit: ["ours", "b64"], ours, b64: true }), key, {
        understood: ["ours"],
      });
      expect(header.ours).toEqual(ours);
    }
  });

  it("what is understood needs no b64 beside it", async () => {
    expect(await codeOf(() => verifyJws(withHeader({ crit: ["ours"], ours: 1 }), key, { understood: ["ours"] }))).toBe(
      "accepted",
    );
  });

  it("an understood name need not be there", async () => {
    expect(await codeOf(() => verifyJws(withHeader({}), key, { understood: ["ours"] }))).toBe("accepted");
    expect(await codeOf(() => verifyJws(withHeader({ ours: 1 }), key, { understood: [] }))).toBe("accepted");
  });

  it("is refused before any key is tried", async () => {
    const untried = {
      alg: "HS256",
      verify: (): boolean => {
        throw new Error("asked");
      },
    };
    expect(await codeOf(() => verifyJws(withHeader({ crit: ["exp"], exp: 1 }), untried))).toBe("crit_unsupported");
  });
});

describe("crit absent, `b64: false` never (JWT, RFC 7797 §7)", () => {
  it.each<[string, object, string]>([
    ["crit with an unknown name", { crit: ["exp"], exp: 1 }, "crit_unsupported"],
    ["crit with b64", { crit: ["b64"], b64: true }, "crit_unsupported"],
    ["crit with b64: false", { crit: ["b64"], b64: false }, "crit_unsupported"],
    ["an empty crit", { crit: [] }, "crit_unsupported"],
    ["crit null", { crit: null }, "crit_unsupported"],
    ["b64: false", { b64: false }, "header_invalid"],
    ["b64: true", { b64: true }, "header_invalid"],
  ])("%s", async (_name, members, code) => {
    expect(await outcome(forge(goodClaims, { alg: "HS256", ...members }), key, { ...expected, typ: unchecked })).toBe(
      code,
    );
  });
});

describe("jwk, jku, x5u, x5c in a header are never used, never fetched", () => {
  const attacker = new Uint8Array(32).map((_, i) => i + 1);
  const members = {
    jwk: { kty: "oct", k: Buffer.from(attacker).toString("base64url") },
    jku: "https://attacker.example/keys",
    x5u: "https://attacker.example/cert",
    x5c: ["MAA="],
  };

  it("a token signed by the key it brings along is signature_invalid, and nothing is fetched", async () => {
    const fetch = vi.fn();
    vi.stubGlobal("fetch", fetch);
    const header = encode({ alg: "HS256", ...members });
    expect(await codeOf(() => verifyJws(sealed(header, hello, attacker), key))).toBe("signature_invalid");
    expect(await outcome(forge(goodClaims, { alg: "HS256", ...members }, attacker), key, expected)).toBe(
      "signature_invalid",
    );
    vi.unstubAllGlobals();
    expect(fetch).not.toHaveBeenCalled();
  });

  it("a token signed by the expected key is accepted whatever they say", async () => {
    expect(await codeOf(() => verifyJws(withHeader({ ...members, jku: 5, x5c: {} }), key))).toBe("accepted");
    expect(await outcome(forge(goodClaims, { alg: "HS256", ...members }, secret), key, expected)).toBe("accepted");
  });

  it("a signer may write them", async () => {
    const { header } = await verifyJws(await signJws(new Uint8Array(3), key, { header: members }), key);
    expect(header).toMatchObject(members);
  });
});

describe("b64 and crit through a detached JWS", () => {
  it("an attacker who flips b64 changes what is signed", async () => {
    const payload = new TextEncoder().encode("hello");
    const header = encode({ alg: "HS256", b64: false, crit: ["b64"] });
    const jws = `${header}..${mac(`${header}.${hello}`)}`; // over base64url, though the header says not
    expect(await codeOf(() => verifyJws(jws, key, { payload }))).toBe("signature_invalid");
  });
});
