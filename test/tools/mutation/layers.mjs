// What is mutated, layer by layer, and the tests that are asked about it: first those that mirror its files, then, about what these let
// live, those of the rules, specifications, threats and layers above that it answers to too. Nothing random, no processes, no build.
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const sourcesIn = (folder) =>
  readdirSync(fileURLToPath(new URL(`../../../src/${folder}`, import.meta.url)))
    .sort()
    .map((name) => `src/${folder}/${name}`);
const folder = (name) => [{ sources: sourcesIn(name), mirror: [`test/unit/${name}/*.test.ts`] }];
/** Some files of src/keys and the tests of theirs: all that test/unit/keys has are too many to ask about each. */
const keys = (sources, tests) => ({
  sources: sources.map((name) => `src/keys/${name}.ts`),
  mirror: tests.map((name) => `test/unit/${name.includes("/") ? name : `keys/${name}`}.test.ts`),
});

const threats = (...names) => names.map((name) => `test/spec/threats/${name}.test.ts`);
const whole = [
  "test/unit/errors.test.ts",
  "test/spec/rules.test.ts",
  "test/spec/hostile/{arguments,environment}.test.ts",
];
const vectors = "test/spec/vectors/*.test.ts";

/** Lowest first. */
export const layers = [
  {
    name: "base",
    parts: [
      {
        sources: ["src/base/options.ts", "src/base/duration.ts", "src/errors.ts"],
        mirror: ["test/unit/base/{options,duration}.test.ts", "test/unit/errors.test.ts"],
      },
      {
        sources: ["src/base/steps.ts"],
        mirror: [
          "test/unit/base/steps.test.ts",
          "test/unit/keys/select.test.ts",
          "test/unit/jwt/{revocation,schema}.test.ts",
        ],
      },
      {
        sources: ["timeout", "notify", "moment", "single-flight"].map((name) => `src/base/${name}.ts`),
        mirror: ["test/unit/base/{timeout,notify,moment,single-flight}.test.ts"],
      },
    ],
    further: [...whole, "test/unit/claims/*.test.ts", ...threats("secrecy")],
  },
  {
    name: "encoding",
    parts: folder("encoding"),
    further: [
      "test/unit/claims/build.test.ts",
      "test/unit/jws/*.test.ts",
      "test/unit/keys/{import,platforms,secret}.test.ts",
      ...threats("encoding"),
    ],
  },
  {
    name: "algorithms",
    parts: folder("algorithms"),
    further: [
      "test/unit/keys/{der,generate,hostile-keys,import,lax-runtime,platforms}.test.ts",
      vectors,
      ...threats("algorithms", "signatures"),
    ],
  },
  {
    name: "keys",
    parts: [
      keys(
        ["bind", "generate", "handle", "key-options", "material"],
        ["lax-runtime", "generate", "given", "import", "material", "platforms", "secrecy", "algorithms/signatures"],
      ),
      keys(["key", "select"], ["key", "given", "select", "secrecy"]),
      keys(["der", "pem"], ["der", "pem", "import"]),
      keys(["export", "thumbprint"], ["export", "thumbprint"]),
      keys(["import", "jwk"], ["jwk", "import", "platforms", "algorithms/faults", "jwks/forms"]),
      keys(["any-secret", "secret", "mac"], ["any-secret", "secret", "mac", "other-keys", "lax-runtime", "platforms"]),
      keys(["found", "given", "text"], ["forms", "text", "given", "advice", "other-keys"]),
    ],
    further: [
      "test/unit/keys/{forms,hostile-keys}.test.ts",
      "test/unit/algorithms/{definitions,faults}.test.ts",
      "test/unit/jwks/{forms,key-set,local}.test.ts",
      "test/unit/jwt/{schema,sign,revocation,verify}.test.ts",
      "test/unit/jsonwebtoken/{edges,web-crypto}.test.ts",
      ...whole,
      ...threats("algorithms", "encoding", "secrecy", "state"),
    ],
  },
  {
    name: "jws",
    parts: folder("jws"),
    further: [
      "test/unit/jwt/*.test.ts",
      vectors,
      ...whole,
      ...threats("algorithms", "encoding", "signatures", "state"),
    ],
  },
  {
    name: "claims",
    parts: folder("claims"),
    further: [
      "test/unit/jwt/*.test.ts",
      "test/unit/revocation/revoke.test.ts",
      ...whole,
      ...threats("claims", "secrecy"),
    ],
  },
  {
    name: "jwt",
    parts: folder("jwt"),
    further: [
      "test/unit/claims/*.test.ts",
      "test/unit/keys/given.test.ts",
      "test/unit/revocation/revoke.test.ts",
      ...whole,
      ...threats("algorithms", "claims", "signatures", "state"),
    ],
  },
];

/** A file that is forgotten would have the best score of all. */
const forgotten = sourcesIn("keys").filter(
  (file) => !layers.some(({ parts }) => parts.some(({ sources }) => sources.includes(file))),
);
if (forgotten.length > 0) throw new Error(`in no part of the keys: ${forgotten.join(", ")}`);

export const sourcesOf = ({ parts }) => parts.flatMap(({ sources }) => sources);

/** The layer of this name. */
export function layerNamed(name) {
  const layer = layers.find((one) => one.name === name);
  if (layer === undefined)
    throw new Error(`no layer ${name}: expected one of ${layers.map((one) => one.name).join(", ")}`);
  return layer;
}

/** The layer that a file of src/ belongs to. */
export function layerOf(file) {
  const [, folder] = file.split("/");
  return layers.find((layer) => sourcesOf(layer).includes(file)) ?? layerNamed(folder);
}
