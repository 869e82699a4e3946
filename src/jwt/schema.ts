/** Standard Schema, version 1: the small interface that zod, valibot, arktype and others share. */

import { isObject, type JsonObject } from "../encoding/json.ts";
import { JwtError, quoteSome, type SchemaIssue } from "../errors.ts";
import type { Steps } from "../base/steps.ts";

/** A validator. Only these members are used, so no validator is imported. */
export interface StandardSchemaV1<Input = unknown, Output = Input> {
  /** The interface itself (https://standardschema.dev). */
  readonly "~standard": {
    /** Version of the interface. */
    readonly version: 1;
    /** The validator's name. */
    readonly vendor: string;
    /** Validates a copy of the payload. What it throws is `schema_mismatch`. */
    validate(value: unknown): SchemaResult<Output> | Promise<SchemaResult<Output>>;
    /** Types for the compiler; absent at run time. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** Result of a validator. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** Type of a validator's output. */
export type SchemaOutput<Schema extends StandardSchemaV1> = NonNullable<Schema["~standard"]["types"]>["output"];

/** Type of a validator's input. */
export type SchemaInput<Schema extends StandardSchemaV1> = NonNullable<Schema["~standard"]["types"]>["input"];

/** Applies the schema to the payload, and returns its output. */
export function* applySchema(payload: JsonObject, schema: StandardSchemaV1): Steps<unknown> {
  // A copy of its own: a schema that writes into what it is given changes nothing for the checks after it.
  const validate = (): unknown => schema["~standard"].validate(JSON.parse(JSON.stringify(payload)));
  let result: unknown;
  try {
    result = yield { later: validate, now: validate };
  } catch {
    throw new JwtError("schema_mismatch", "the schema failed");
  }
  if (isObject(result) && result["issues"] === undefined && "value" in result) return result["value"];
  const found = isObject(result) && Array.isArray(result["issues"]) ? (result["issues"] as readonly SchemaIssue[]) : [];
  // Only what the interface has: validators add the input itself.
  const issues = found.map(({ message, path }) => ({
    message,
    ...(path !== undefined && { path: path.map((step) => (typeof step === "object" ? { key: step.key } : step)) }),
  }));
  throw new JwtError("schema_mismatch", describeIssues(issues), { issues });
}

/** Names the claims at fault. The validator's own words may quote what the claims say. */
function describeIssues(issues: readonly SchemaIssue[]): string {
  const paths = new Set(
    issues.map(({ path = [] }) => path.map((step) => String(typeof step === "object" ? step.key : step)).join(".")),
  );
  paths.delete("");
  return paths.size === 0 ? "the schema refuses the claims" : `the schema refuses ${quoteSome(paths, paths.size)}`;
}
