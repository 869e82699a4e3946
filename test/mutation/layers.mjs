// What is mutated, layer by layer, and the tests that are asked about it: first those that mirror its files, then, about what these let
// live, those of the rules, specifications, threats and layers above that it answers to too. Nothing random, no processes, no build.

const threats = (...names) => names.map((name) => `test/threats/${name}.test.ts`);
const whole = ["test/errors.test.ts", "test/rules.test.ts", "test/hostile/{arguments,environment}.test.ts"];
const vectors = "test/vectors/*.test.ts";

/** Lowest first. */
export const layers = [
  {
    name: "base",
    sources: ["src/errors.ts", "src/arguments.ts", "src/duration.ts"],
    mirror: ["test/{arguments,duration,errors}.test.ts"],
    further: [...whole, "test/claims/*.test.ts", ...threats("secrecy")],
  },
  {
    name: "encoding",
    sources: ["src/encoding/*.ts"],
    mirror: ["test/encoding/*.test.ts"],
    further: ["test/claims/build.test.ts", "test/jws/*.test.ts", "test/keys/{import,platforms,secret}.test.ts", ...threats("encoding")],
  },
  {
    name: "algorithms",
    sources: ["src/algorithms/*.ts"],
    mirror: ["test/algorithms/*.test.ts"],
    further: ["test/keys/{der,generate,hostile-keys,import,platforms}.test.ts", vectors, ...threats("algorithms", "signatures")],
  },
  {
    name: "keys",
    sources: ["src/keys/*.ts"],
    mirror: ["test/keys/{der,export,generate,hostile-keys,import,lax-runtime,platforms,secrecy,secret,select}.test.ts"],
    further: ["test/jwt/{schema,stores,verify}.test.ts", vectors, ...whole, ...threats("algorithms", "secrecy")],
  },
  {
    name: "jws",
    sources: ["src/jws/*.ts"],
    mirror: ["test/jws/*.test.ts"],
    further: ["test/jwt/*.test.ts", vectors, ...whole, ...threats("algorithms", "encoding", "signatures", "state")],
  },
  {
    name: "claims",
    sources: ["src/claims/*.ts"],
    mirror: ["test/claims/*.test.ts"],
    further: ["test/jwt/*.test.ts", "test/revocation/revoke.test.ts", ...whole, ...threats("claims", "secrecy")],
  },
  {
    name: "jwt",
    sources: ["src/jwt/*.ts"],
    mirror: ["test/jwt/*.test.ts"],
    further: [...whole, ...threats("algorithms", "claims", "signatures", "state")],
  },
];

/** The layer of this name. */
export function layerNamed(name) {
  const layer = layers.find((one) => one.name === name);
  if (layer === undefined) throw new Error(`no layer ${name}: expected one of ${layers.map((one) => one.name).join(", ")}`);
  return layer;
}

/** The layer that a file of src/ belongs to. */
export function layerOf(file) {
  const [, folder] = file.split("/");
  return layers.find(({ name, sources }) => name === folder || sources.includes(file)) ?? layerNamed(file);
}
