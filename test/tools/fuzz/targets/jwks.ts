// JWK Sets: a bad key is passed over with a reason, and a key that is used keeps every rule, read here once more.
import { createPublicKey } from "node:crypto";
import { Ed25519, ES256, exportJwk, localJwks, RS256, type LocalJwks } from "../../../../src/index.ts";
import { attempt, equal, holds, orRefusedLater } from "../invariant.ts";
import { jwks, publicPart } from "../kinds.ts";

const algorithms = [RS256, ES256, Ed25519];
const members: Readonly<Record<string, readonly string[]>> = { RS256: ["n", "e"], ES256: ["x", "y"], Ed25519: ["x"] };
const kinds: Readonly<Record<string, string>> = { RS256: "RSA ", ES256: "EC P-256", Ed25519: "OKP Ed25519" };

const set = (...keys: readonly object[]): string => JSON.stringify({ keys });
const open = jwks.map(publicPart);
export const seeds = [
  set(...open),
  set(...jwks),
  ...open.map((jwk) =>
    set({ ...jwk, kid: "1", use: "sig" }, { ...jwk, kid: "2", key_ops: ["verify"], issuer: "https://a.example" }),
  ),
  set(...open.map((jwk) => ({ ...jwk, alg: "RS256" }))),
  set(...open.map((jwk) => ({ ...jwk, use: "enc" }))),
  set(...open.map((jwk) => ({ ...jwk, use: "", key_ops: [], alg: null, kid: "" }))),
  set({}),
  '{"keys":[null,1,"",[]]}',
  '{"keys":{}}',
  "{}",
];
export const words = [
  "use",
  "sig",
  "enc",
  "jwt-svid",
  "alg",
  "ES256",
  "RS256",
  "key_ops",
  "verify",
  "sign",
  "d",
  "kid",
  "issuer",
  "kty",
  "crv",
  "AQAB",
  "AAAA",
  "=",
];

export async function fuzz(input: Buffer): Promise<void> {
  const jwks = attempt(() => JSON.parse(input.toString()) as { keys: readonly Readonly<Record<string, string>>[] });
  const set = await orRefusedLater(() => localJwks(jwks!, { algorithms }), ["invalid_argument"]);
  if (set === undefined) return;
  const { keys } = jwks!;
  const passedOver = new Set(set.passedOver.map(({ index }) => index));
  holds(set.size + passedOver.size === keys.length, "each key is used or passed over");
  holds(
    set.passedOver.every(({ reason }) => reason.length < 400 && !/[\p{C}\p{Zl}\p{Zp}]/u.test(reason)),
    "a reason that can be printed",
  );
  for (const [index, jwk] of keys.entries()) if (!passedOver.has(index)) await checkUsed(jwk, set);
}

async function checkUsed(jwk: Readonly<Record<string, unknown>>, set: LocalJwks): Promise<void> {
  // Serializers write members that a key does not have as null, "" or []; but "" is a name.
  const own = (name: string): unknown => {
    const value = Object.hasOwn(jwk, name) ? jwk[name] : undefined;
    const isAbsent = value === null || (value === "" && name !== "kid") || (Array.isArray(value) && value.length === 0);
    return isAbsent ? undefined : value;
  };
  const [alg] =
    Object.entries(kinds).find(
      ([, kind]) => kind === `${String(own("kty"))} ${own("kty") === "RSA" ? "" : String(own("crv"))}`,
    ) ?? [];
  holds(alg !== undefined && (own("alg") ?? alg) === alg, "a key that is used is of an algorithm asked for");
  holds([undefined, "sig", "jwt-svid"].includes(own("use") as string), "a key that is used is for signatures");
  const ops = own("key_ops");
  holds(
    ops === undefined || (Array.isArray(ops) && ops.includes("verify") && new Set(ops).size === ops.length),
    "a key that is used may verify",
  );
  holds(
    !["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"].some((name) => own(name) !== undefined),
    "a key that is used is public",
  );
  holds(
    members[alg]!.every((name) => Buffer.from(String(own(name)), "base64url").toString("base64url") === own(name)),
    "its members are canonical",
  );
  holds(attempt(() => createPublicKey({ key: jwk as never, format: "jwk" })) !== undefined, "Node takes it too");

  const kid = own("kid") as string | undefined;
  const exported = await Promise.all(set.selectSync(kid === undefined ? { alg } : { alg, kid }).map(exportJwk));
  holds(
    exported.some((one) =>
      members[alg]!.every(
        (name) => octetsOf(name, (one as unknown as Record<string, unknown>)[name]) === octetsOf(name, own(name)),
      ),
    ),
    "it is found by its alg and kid",
  );
  for (const one of exported)
    equal([one.alg, one.d, kid === undefined ? undefined : one.kid], [alg, undefined, kid], "what is found fits");
}

/** Hexadecimal. RSA numbers may be published with zero octets in front. */
function octetsOf(name: string, member: unknown): string {
  const octets = Buffer.from(String(member), "base64url").toString("hex");
  return name === "n" || name === "e" ? octets.replace(/^(?:00)+/, "") : octets;
}
