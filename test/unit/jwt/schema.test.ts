// `schema`: any Standard Schema, by its three members. Real libraries are in test/spec/interop/schemas.test.ts.
import { describe, expect, it, vi } from "vitest";
import { createVerifier, verify, verifySync } from "../../../src/index.ts";
import type { StandardSchemaV1 } from "../../../src/index.ts";
import { expected, forge, goodClaims, key, stranger } from "./forge.ts";
import { codeOf, outcome, refusalOf } from "./outcome.ts";

/** A schema that answers what it is told to, whatever its type. */
const answering = (validate: (value: unknown) => unknown): StandardSchemaV1<unknown, { role: string }> => ({
  "~standard": { version: 1, vendor: "test", validate: validate as () => { value: { role: string } } },
});
const policy = (
  validate: (value: unknown) => unknown,
): { issuer: string; audience: string; schema: StandardSchemaV1<unknown, { role: string }> } => ({
  ...expected,
  schema: answering(validate),
});

describe("its output is the claims", () => {
  it("and the payload keeps what the token says", async () => {
    const transforming = policy((value) => ({ value: { role: (value as { sub: string }).sub.toUpperCase() } }));
    for (const verified of [
      await verify(forge(), key, transforming),
      verifySync(forge(), key, transforming),
      await createVerifier(key, transforming).verify(forge()),
    ]) {
      expect(verified.claims).toEqual({ role: "USER_123" });
      expect(verified.payload).toEqual(goodClaims);
    }
  });

  it.each([null, undefined, 0, "", false, []])("also when it is %j", async (value) => {
    const { claims } = await verify(
      forge(),
      key,
      policy(() => ({ value })),
    );
    expect(claims).toEqual(value);
  });

  it("with `issues: undefined` beside it", async () => {
    expect(
      await outcome(
        forge(),
        key,
        policy((value) => ({ value, issues: undefined })),
      ),
    ).toBe("accepted");
  });

  it("a schema may be a function with ~standard, as arktype's are, or an instance of a class", async () => {
    const callable = Object.assign(
      () => 1,
      answering((value) => ({ value })),
    );
    class Schema {
      readonly allowed = "user_123";
      get "~standard"(): StandardSchemaV1["~standard"] {
        return {
          version: 1,
          vendor: "test",
          validate: (value) => ((value as { sub: string }).sub === this.allowed ? { value } : { issues: [] }),
        };
      }
    }
    for (const schema of [callable, new Schema()])
      expect(await outcome(forge(), key, { ...expected, schema })).toBe("accepted");
  });

  it("it sees the payload once the rest is checked, and only then", async () => {
    const validate = vi.fn((value: unknown) => ({ value }));
    for (const token of [
      forge({ ...goodClaims, exp: 0 }),
      forge({ ...goodClaims, aud: "x" }),
      forge(goodClaims, { alg: "HS256", typ: "x" }),
      `${forge()}AAAA`,
    ]) {
      await codeOf(() => verify(token, key, policy(validate)));
    }
    await codeOf(() => verify(forge(), stranger, policy(validate)));
    expect(validate).not.toHaveBeenCalled();
    await verify(forge(), key, policy(validate));
    expect(validate.mock.calls).toEqual([[goodClaims]]);
  });
});

describe("schema_mismatch", () => {
  it("carries the issues, and the claims: the signature was good", async () => {
    const issues = [
      { message: "no role", path: ["role"] },
      { message: "no tenant", path: [{ key: "tenant" }] },
    ];
    expect(
      await outcome(
        forge(),
        key,
        policy(() => ({ issues })),
      ),
    ).toBe("schema_mismatch");
    const refusal = await refusalOf(
      forge(),
      key,
      policy(() => ({ issues })),
    );
    expect(refusal.issues).toEqual(issues);
    expect(refusal.claims).toEqual(goodClaims);
  });

  it("also with an empty list of issues, and with a value beside them", async () => {
    expect(
      await outcome(
        forge(),
        key,
        policy(() => ({ issues: [] })),
      ),
    ).toBe("schema_mismatch");
    expect(
      await outcome(
        forge(),
        key,
        policy((value) => ({ value, issues: [] })),
      ),
    ).toBe("schema_mismatch");
    expect(
      await outcome(
        forge(),
        key,
        policy((value) => ({ value, issues: [{ message: "x" }] })),
      ),
    ).toBe("schema_mismatch");
  });

  it("when the schema throws, or rejects", async () => {
    expect(
      await outcome(
        forge(),
        key,
        policy(() => {
          throw new Error("bug");
        }),
      ),
    ).toBe("schema_mismatch");
    expect(
      await codeOf(() =>
        verify(
          forge(),
          key,
          policy(() => Promise.reject(new Error("bug"))),
        ),
      ),
    ).toBe("schema_mismatch");
    expect(
      (
        await refusalOf(
          forge(),
          key,
          policy(() => {
            throw new Error("bug");
          }),
        )
      ).issues,
    ).toBeUndefined();
  });

  it.each([
    undefined,
    null,
    true,
    false,
    1,
    "ok",
    [],
    {},
    { ok: true },
    { issues: null },
    { issues: "none" },
    { value: 1, issues: null },
    () => ({ value: 1 }),
  ])("when its result is malformed: %j", async (result) => {
    expect(
      await outcome(
        forge(),
        key,
        policy(() => result),
      ),
    ).toBe("schema_mismatch");
    expect(
      (
        await refusalOf(
          forge(),
          key,
          policy(() => result),
        )
      ).issues,
    ).toEqual([]);
  });
});

describe("an asynchronous schema", () => {
  const later = policy((value) => Promise.resolve({ value }));

  it("is awaited", async () => {
    expect(await codeOf(() => verify(forge(), key, later))).toBe("accepted");
    const refusing = policy(() => Promise.resolve({ issues: [{ message: "x" }] }));
    expect(await codeOf(() => verify(forge(), key, refusing))).toBe("schema_mismatch");
  });

  it("in a sync function fails before the stores are touched", async () => {
    const add = vi.fn(() => true);
    const has = vi.fn(() => false);
    const stores = { ...later, replay: { add, addSync: add }, denylist: { has, hasSync: has } };
    expect(await codeOf(() => verifySync(forge(), key, stores))).toBe("sync_unavailable");
    expect(await codeOf(() => createVerifier(key, stores).safeVerifySync(forge()))).toBe("sync_unavailable");
    expect(add).not.toHaveBeenCalled();
    expect(has).not.toHaveBeenCalled();
    expect(await codeOf(() => verify(forge(), key, stores))).toBe("accepted");
    expect(add).toHaveBeenCalledTimes(1);
  });

  it("whose promise rejects in a sync function leaves no unhandled rejection", async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => {
      unhandled.push(reason);
    };
    process.on("unhandledRejection", note);
    expect(
      await codeOf(() =>
        verifySync(
          forge(),
          key,
          policy(() => Promise.reject(new Error("x"))),
        ),
      ),
    ).toBe("sync_unavailable");
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  it("a failing schema does not burn a replay token (§0, idea 5: replay last)", async () => {
    const add = vi.fn(() => true);
    const refusing = { ...policy(() => ({ issues: [] })), replay: { add, addSync: add } };
    expect(await outcome(forge(), key, refusing)).toBe("schema_mismatch");
    expect(add).not.toHaveBeenCalled();
  });
});

it.each<[string, unknown]>([
  ["undefined", undefined],
  ["null", null],
  ["a text", "schema"],
  ["a function without ~standard", () => true],
  ["an object", {}],
  ["parse alone", { parse: () => 1 }],
  ["~standard null", { "~standard": null }],
  ["~standard without validate", { "~standard": { version: 1 } }],
  ["validate that is no function", { "~standard": { validate: true } }],
])("schema: %s is a TypeError", async (_name, schema) => {
  expect(await outcome(forge(), key, { ...expected, schema })).toBe("invalid_argument");
});
