// Every row of a guide's tables claims something of two libraries. Here both calls are made as they stand in the guide: a row that
// says `same` has to do the same, one that says `differs` must not, and none goes without a proof.
import { describe, expect, test } from "vitest";
import { HS256, importSecretSync } from "mintmark";
import type { Row, Table } from "./guide.ts";
import { outcome, part, refusal, verdict, type Outcome } from "./outcome.ts";
import { compile, type Call, type Scope } from "./programs.ts";
import { audience, issuer, now, secret } from "./tokens.ts";

/** What a row about signing is proved by: members of header and payload. `claims`: in place of the usual ones. */
export type Signing = { readonly claims?: object } & (
  | { readonly both: Outcome }
  | { readonly there: Outcome; readonly here: Outcome }
);

/** What a row about verifying is proved by: what becomes of some tokens. */
export interface Verifying {
  readonly tokens: readonly string[];
  readonly there: readonly Outcome[];
  readonly here: readonly Outcome[];
}

/** What a row about a key is proved by. `here`: the code in its second column; without any, it is not called. */
export type KeyProof = (here: Call) => Promise<void>;

/** How the other library is called. `scope`: further names for the cells of both columns. */
export interface Peer {
  readonly scope?: Scope;
  readonly compile: (call: string, cells: readonly string[], names: readonly string[]) => Promise<readonly Call[]>;
}

export const scriptPeer = (imports: string, scope: Scope = {}): Peer => ({
  scope,
  compile: (call, cells, names) => compile(call, cells, names, imports),
});

const usual = {
  claims: { sub: "user_123", exp: now + 900 },
  token: "",
  secret,
  key: importSecretSync(secret, HS256),
  issuer,
  audience,
  now,
};

export async function testSigning(peer: Peer, table: Table, proofs: Readonly<Record<string, Signing>>): Promise<void> {
  const scope = { ...usual, ...peer.scope };
  const calls = await compileCalls(peer, table, Object.keys(scope));
  testRows(table, proofs, async (row, index, proof) => {
    const { claims = scope.claims } = proof;
    // Copies: some options write to the claims.
    const theirs = await outcome(calls.there[index]!, { ...scope, claims: { ...claims } });
    const ours = await outcome(calls.here[index]!, { ...scope, claims: { ...claims } });
    const expected =
      "both" in proof ? { there: proof.both, here: proof.both } : { there: proof.there, here: proof.here };
    expect({ there: part(theirs, expected.there), here: part(ours, expected.here) }).toEqual(expected);
    if (isSame(row)) expect(theirs).toEqual(ours);
    else expect(expected.there).not.toEqual(expected.here);
  });
}

export async function testVerifying(
  peer: Peer,
  table: Table,
  proofs: Readonly<Record<string, Verifying>>,
): Promise<void> {
  const scope = { ...usual, ...peer.scope };
  const calls = await compileCalls(peer, table, Object.keys(scope));
  testRows(table, proofs, async (row, index, { tokens, there, here }) => {
    const judge = (call: Call, expected: readonly Outcome[]): Promise<Outcome[]> =>
      Promise.all(tokens.map(async (token, i) => part(await outcome(call, { ...scope, token }), expected[i])));
    expect({ there: await judge(calls.there[index]!, there), here: await judge(calls.here[index]!, here) }).toEqual({
      there,
      here,
    });

    const [theirs, ours] = [there.map(verdict), here.map(verdict)];
    if (isSame(row)) {
      expect(theirs).toEqual(ours);
      expect(
        theirs.includes("refused") && theirs.some((one) => one !== "refused"),
        "accepts something, and refuses something",
      ).toBe(true);
    } else {
      expect(theirs).not.toEqual(ours);
    }
  });
}

/** Rows of a token in words, and what becomes of it there and here. */
export async function testTokens(peer: Peer, table: Table, tokens: Readonly<Record<string, string>>): Promise<void> {
  const [, there = "", here = ""] = table.headings;
  const names = Object.keys({ ...usual, ...peer.scope });
  const [theirs, ours] = [await peer.compile(there, [""], names), await compile(here, [""], names)];
  testEachRow(table, Object.keys(tokens), async ({ cells }) => {
    const scope = { ...usual, ...peer.scope, token: tokens[cells[0] ?? ""] };
    const [, fromThere = "", fromHere = ""] = cells;
    expect(part(await outcome(theirs[0]!, scope), "accepted")).toBe(fromThere.replaceAll("`", ""));
    expect(part(await outcome(ours[0]!, scope), "accepted")).toBe(fromHere.replaceAll("`", ""));
    expect(fromThere).not.toBe(fromHere);
  });
}

/** Rows of two names for one refusal: each token is refused by both, as the row says. */
export function testErrors(
  table: Table,
  verify: { readonly there: Call; readonly here: Call },
  tokens: Readonly<Record<string, string>>,
): void {
  testEachRow(table, Object.keys(tokens), async ({ there, here }) => {
    const scope = { ...usual, token: tokens[there] };
    expect(await refusal(verify.there, scope)).toContain(there.replace(/ ?….*/, ""));
    expect(await outcome(verify.here, scope)).toBe(here);
  });
}

/** Rows of a key as it is there, and how it is imported here. */
export async function testKeys(
  table: Table,
  proofs: Readonly<Record<string, KeyProof>>,
  names = ["secret", "text", "pem", "jwk", "buffer", "keyObject", "cryptoKey"],
): Promise<void> {
  const calls = await compile(
    "undefined",
    table.rows.map(({ here }) => here),
    names,
  );
  testEachRow(table, Object.keys(proofs), async (row, index) => {
    await proofs[nameOf(row)]!(calls[index]!);
  });
}

async function compileCalls(
  peer: Peer,
  { headings: [there = "", here = ""], rows }: Table,
  names: readonly string[],
): Promise<{ there: readonly Call[]; here: readonly Call[] }> {
  return {
    there: await peer.compile(
      there,
      rows.map((row) => row.there),
      names,
    ),
    here: await compile(
      here,
      rows.map((row) => row.here),
      names,
    ),
  };
}

function testRows<Proof>(
  table: Table,
  proofs: Readonly<Record<string, Proof>>,
  prove: (row: Row, index: number, proof: Proof) => Promise<void>,
): void {
  testEachRow(table, Object.keys(proofs), async (row, index) => {
    expect(row.cells[2]).toMatch(/^(?:same|differs)\b/);
    await prove(row, index, proofs[nameOf(row)]!);
  });
}

/** A row without a proof, or a proof without a row, is a failure. */
function testEachRow(table: Table, proved: readonly string[], prove: (row: Row, index: number) => Promise<void>): void {
  describe(table.section, () => {
    test("every row has a proof", () => {
      expect([...proved].sort()).toEqual(table.rows.map(nameOf).sort());
    });
    const named = table.rows.map((row, index) => [row.cells.join(" | "), row, index] as const);
    test.each(named.filter(([, row]) => proved.includes(nameOf(row))))("%s", (_, row, index) => prove(row, index));
  });
}

/** The code in the first column; all of it where there are words too. */
function nameOf({ there, cells: [first = ""] }: Row): string {
  return /^`[^`]+`$|^``.+``$/.test(first) ? there : first;
}

function isSame({ cells }: Row): boolean {
  return cells[2]?.startsWith("same") === true;
}
