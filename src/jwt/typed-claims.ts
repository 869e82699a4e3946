/** Types of verified claims: those of the schema that is given, else those that the policy demands. */

import type { JwtClaims } from "../claims/build.ts";
import type { Expected } from "./expected.ts";
import type { SchemaOutput, StandardSchemaV1 } from "./schema.ts";

/** Names that the option `optional` may list. */
export type Waivers = "exp" | "iat" | "typ";

/** The registered claims, by their types. */
interface Registered {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string | readonly string[];
  readonly exp: number;
  readonly nbf: number;
  readonly iat: number;
  readonly jti: string;
}

/** The names of a list that is known to the compiler; of any other list nothing is known. */
type NamesOf<List extends readonly string[]> = string extends List[number] ? never : List[number];

/** Claims without a schema: `exp` and `iat` unless waived, and what is `required`, are there. */
export type PolicyClaims<Required extends readonly string[], Optional extends Waivers> = keyof Registered &
  (Exclude<"exp" | "iat", Optional> | NamesOf<Required>) extends infer Names extends keyof Registered
  ? [Names] extends [never]
    ? JwtClaims
    : JwtClaims & Pick<Registered, Names>
  : never;

/** The schema's output; without a schema (`never`), what the policy demands. */
export type ClaimsOf<Schema extends StandardSchemaV1, Required extends readonly string[], Optional extends Waivers> = [
  Schema,
] extends [never]
  ? PolicyClaims<Required, Optional>
  : SchemaOutput<Schema>;

/**
 * `Expected`, with the members that decide about the type of the claims. A schema or a list that is named in a type argument has to be
 * given too, or claims that nothing checked would be typed as checked.
 */
export type ExpectedWith<
  Schema extends StandardSchemaV1,
  Required extends readonly string[],
  Optional extends Waivers,
> = Expected<Schema> & {
  readonly required?: Required;
  readonly optional?: readonly Optional[] | undefined;
} & GivenSchema<Schema> &
  (number extends Required["length"]
    ? unknown
    : Required extends readonly []
      ? unknown
      : { readonly required: Required });

/** Demands the schema where its output says more than the payload's own type. */
type GivenSchema<Schema extends StandardSchemaV1> = [Schema] extends [never]
  ? unknown
  : [JwtClaims] extends [SchemaOutput<Schema>]
    ? unknown
    : { readonly schema: Schema };
