// Thousands of hostile and of unusual tokens, keys and key sets, given to mintmark, jose, jsonwebtoken and fast-jwt with the same
// policy, the same for the same seed: `npm run test:differential -- --count 100000 --seed 5`.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { plantedKeyFaults } from "../hostile/key-planted.ts";
import { huntingKeys } from "../hostile/keys.ts";
import { plantedFaults } from "../hostile/planted.ts";
import { count, firstSeed, report } from "../hostile/settings.ts";
import { compare, mintmark, type Comparison, type Row, type Rows, type Subject } from "./compare.ts";
import { classesOf, describeLaxer, describeStricter } from "./document.mjs";
import { peers } from "./peers.ts";

interface Found {
  readonly laxer: Readonly<Record<string, readonly string[]>>;
  readonly stricter: Readonly<Record<string, readonly string[]>>;
  readonly versions: Readonly<Record<string, string>>;
}
interface Reasons {
  readonly laxer: readonly { readonly of: readonly string[]; readonly than: readonly string[]; readonly why: string }[];
  readonly stricter: readonly { readonly what: string; readonly of: readonly string[]; readonly why: string }[];
}
const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const reasons = JSON.parse(read("reasons.json")) as Reasons;
/** The last long run. */
const found = JSON.parse(read("found.json")) as Found;

const explained = new Set(
  reasons.laxer.flatMap(({ of, than }) => of.flatMap((one) => than.map((peer) => `${one} < ${peer}`))),
);
const classified = new Set(reasons.stricter.flatMap(({ of }) => of));

/** What a peer refuses and mintmark accepts, for no reason that is written down. */
const unexplained = ({ kind, name, laxer, examples }: Row): readonly string[] =>
  Object.keys(laxer)
    .filter((peer) => !explained.has(`${kind}: ${name} < ${peer}`))
    .map((peer) => `${kind}: ${name}: ${peer} refuses\n  ${examples[`laxer than ${peer}`]!.slice(0, 500)}`);

let comparison: Omit<Comparison, "count">;
beforeAll(async () => {
  comparison = { seed: firstSeed, ...(await huntingKeys()) };
});

describe("mintmark, jose, jsonwebtoken and fast-jwt", () => {
  const total = count(2000);
  let rows: Rows;
  beforeAll(
    async () => {
      rows = await compare({ ...comparison, count: total });
      const compared = [...rows.values()].reduce((sum, row) => sum + row.total, 0);
      const versions = Object.fromEntries(peers.map(({ name }) => [name, installed(name)]));
      report("differential", {
        count: total,
        compared,
        kinds: rows.size,
        algorithms: comparison.keys.map(({ alg }) => alg),
        versions,
        ...classesOf(rows.values()),
      });
    },
    60_000 + total * 100,
  );

  it("nothing is accepted here that another refuses, but for what is written down with its reason", () => {
    expect([...rows.values()].flatMap(unexplained).join("\n")).toBe("");
    expect([...rows.values()].filter(({ kind, laxer }) => kind === "token" && Object.keys(laxer).length > 0)).toEqual(
      [],
    );
  });

  it("what is refused here and accepted by another is a kind that docs/security.md tells of", () => {
    const unknown = [...rows.values()].flatMap(({ kind, name, stricter, examples }) =>
      Object.keys(stricter)
        .filter((code) => !classified.has(`${kind}: ${name}/${code}`))
        .map((code) => `${kind}: ${name}/${code}\n  ${JSON.stringify(examples).slice(0, 600)}`),
    );
    expect(unknown.join("\n")).toBe("");
  });

  it("the good tokens are good everywhere, so that there is something to compare", () => {
    for (const name of [
      "token: the original",
      "token: a header in another order",
      "token: aud in lists",
      "key: PEM: as it is",
      "key: members in another order",
      "set: one key",
    ])
      expect(rows.get(name), name).toMatchObject({ laxer: {}, stricter: {} });
  });
});

describe("docs/security.md", () => {
  const page = read("../../../docs/security.md");
  const section = (name: string): string => page.split(`<!-- ${name} -->`)[1]!.split(`<!-- /${name} -->`)[0]!.trim();

  it("has the tables of the last long run, written by it", () => {
    expect(section("stricter")).toBe(describeStricter(found, reasons));
    expect(section("differential")).toBe(describeLaxer(found, reasons));
  });

  it("is about the versions that are installed", () => {
    expect(found.versions).toEqual(Object.fromEntries(peers.map(({ name }) => [name, installed(name)])));
  });

  it("every reason is still needed", () => {
    expect(reasons.laxer.filter(({ of }) => !of.some((one) => one in found.laxer))).toEqual([]);
    expect(reasons.stricter.filter(({ of }) => !of.some((one) => one in found.stricter))).toEqual([]);
    for (const one of [...Object.keys(found.laxer), ...Object.keys(found.stricter)])
      expect(classified.has(one) || [...explained].some((known) => known.startsWith(`${one} < `)), one).toBe(true);
  });
});

describe("the comparison bites: what a lax mintmark would accept alone is reported", () => {
  const reports = async (only: NonNullable<Comparison["only"]>, subject: Subject): Promise<boolean> => {
    let bitten = false;
    await compare(
      {
        ...comparison,
        only,
        count: 5000,
        until: (rows) => (bitten = [...rows.values()].some((row) => unexplained(row).length > 0)),
      },
      subject,
    );
    return bitten;
  };

  it.each([
    ["alg none", "alg none, without a signature or with any"],
    ["skipped exp", "expired"],
    ["skipped nbf", "not yet valid"],
    ["aud is not checked", "another aud"],
    ["iss as a prefix", "another iss"],
    ["iss in any case", "another iss"],
    ["no signature is checked", "claims changed, the signature as it was"],
    ["zeros are a signature", "the signature of nothing"],
    ["a cut signature is compared as far as it goes", "the signature cut or filled up"],
    ["key confusion: the public PEM as a secret", "HMAC'ed with the public key"],
    ["key confusion: the JWK as a secret", "HMAC'ed with the public key"],
    ["an empty key", "HMAC'ed with the public key"],
    ["the key in the header", "the attacker's key in the header"],
    ["the header's alg is not compared with the key's", "another alg, signed by the right key"],
    ["the case of alg is ignored", "alg in another case"],
    ["unchecked crit", "crit"],
    ["crit that is malformed", "crit that is malformed"],
    ["trimmed before it is looked at", "something around it"],
    ["only the first three parts are looked at", "a part doubled"],
    ["a JSON serialization is taken for a token", "a JSON serialization"],
    ["lenient base64: padding", "a part spelt otherwise"],
    ["lenient base64: white space", "a part spelt otherwise"],
    ["exp or iat may be missing", "a claim missing"],
    ["a date may be a text", "a date that is none"],
    ["a payload that is no object", "a payload that is no JSON object"],
  ])(
    "%s",
    async (fault, token) => {
      expect(await reports({ token }, { ...mintmark, verify: plantedFaults[fault]! })).toBe(true);
    },
    60_000,
  );

  // A fault that takes a weak key for a good one shows in test/spec/hostile: the good token is refused by all.
  it.each([
    ["kty is not looked at", "another kty"],
    ["a secret is trimmed", "secret: another case, or trimmed"],
    ["a secret is read in whatever encoding it may be", "secret: read in another encoding"],
    ["base64 of a PEM is read leniently", "PEM: characters that are no base64"],
  ])(
    "keys: %s",
    async (fault, key) => {
      expect(await reports({ key }, { ...mintmark, importKey: plantedKeyFaults[fault]! })).toBe(true);
    },
    60_000,
  );
});

function installed(name: string): string {
  return (JSON.parse(read(`../../../node_modules/${name}/package.json`)) as { readonly version: string }).version;
}
