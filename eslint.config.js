// Two parts: `structure` (the layers of src/, see below) and the type-checked rules.
// test/spec/structure/layers.test.ts plants a violation of each structural rule and sees it refused.
import js from "@eslint/js";
import importX from "eslint-plugin-import-x";
import jsdoc from "eslint-plugin-jsdoc";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

/** Highest first: a layer imports only layers below its own. */
export const layers = [
  "cli",
  "index.ts",
  "mcp",
  "oauth",
  "sessions",
  "jsonwebtoken",
  "http",
  "ring",
  "jwks",
  "jwt",
  "revocation",
  "stores",
  "jws",
  "claims",
  "keys",
  "algorithms",
  "encoding",
  "base",
  "errors.ts",
];

/** Below, and refused all the same: keys, their sets and rings know nothing of tokens; the clients of stores know nothing of keys;
 * jsonwebtoken is a bridge to leave: it stands on keys, and nothing imports it. */
const strangers = new Map([
  ["index.ts", ["jsonwebtoken"]],
  ["sessions", ["jsonwebtoken"]],
  ["jsonwebtoken", ["http", "ring", "jwks", "jwt", "revocation", "stores", "claims"]],
  ["mcp", ["sessions", "jsonwebtoken", "ring"]],
  ["oauth", ["sessions", "jsonwebtoken", "ring"]],
  ["ring", ["jwt", "revocation", "jws", "claims"]],
  ["jwks", ["stores", "jwt", "revocation", "jws", "claims"]],
  ["stores", ["jws", "claims", "keys", "algorithms"]],
  ["revocation", ["jws"]],
  ["jws", ["claims"]],
]);

const zones = layers
  .map((layer, rank) => {
    const from = [...layers.slice(0, rank), ...(strangers.get(layer) ?? [])];
    return {
      target: `src/${layer}`,
      from: from.map((other) => `src/${other}`),
      message: `${layer} does not import ${from.join(", ")}: imports go down the layers.`,
    };
  })
  .filter(({ from }) => from.length > 0);

/** Secrets without a check of their strength, which jsonwebtoken's users have. */
zones.push({
  target: layers.filter((layer) => layer !== "jsonwebtoken").map((layer) => `src/${layer}`),
  from: "src/keys/any-secret.ts",
  message: "Only jsonwebtoken takes secrets as weak as they come: use keys/secret.ts.",
});

/** The command line knows what any user of the package knows, and which characters are unprintable. */
zones.push({
  target: "src/cli",
  from: "src",
  except: ["./cli", "./index.ts", "./errors.ts"],
  message: "cli is built on the public names: import from index.ts.",
});

const barrel = {
  selector: "ExportAllDeclaration, ExportNamedDeclaration[source]",
  message: "Only the entries of the package are barrels: import from the file that knows.",
};
const exportAll = {
  selector: "ExportAllDeclaration",
  message: "The public surface is spelt out, name by name.",
};

const onlyRelative = "No dependencies, and no runtime's own modules: ask base/platform.ts.";
const dynamicImport = { selector: "ImportExpression[source.value=/^[^.]/]", message: onlyRelative };

/**
 * Files that make something for each token or key. V8 gives an object literal with a getter, and a generator function that is made in a call, a
 * hidden class of its own; it is collected late, and what it leads to with it.
 */
const perToken = ["src/{base,encoding,algorithms,keys,claims,jws}/**/*.ts", "src/jwks/{entry,key-set,local}.ts"];
const ownHiddenClass = {
  selector: "ObjectExpression > Property[kind='get'], :function :function[generator=true]",
  message: "Each one that is made has a hidden class of its own: use a class, or a generator function of the module.",
};

const runtimeGlobals = ["Buffer", "process", "navigator", "global", "require", "setImmediate", "Deno", "Bun"];

/**
 * The rules that hold the layers up, none of which needs type information.
 * @param {string} root the folder that holds src/
 * @returns {import("eslint").Linter.Config[]}
 */
export const structure = (root) => [
  {
    files: ["src/**/*.ts"],
    languageOptions: { parser: tseslint.parser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    plugins: { "import-x": importX },
    settings: {
      "import-x/extensions": [".ts"],
      "import-x/resolver-next": [importX.createNodeResolver({ extensions: [".ts"] })],
    },
    rules: {
      "import-x/no-restricted-paths": ["error", { basePath: root, zones }],
      "import-x/no-cycle": "error",
      "import-x/no-self-import": "error",
      "no-restricted-imports": [
        "error",
        {
          patterns: [{ regex: "^[^.]", message: onlyRelative }],
        },
      ],
      "no-restricted-globals": [
        "error",
        {
          globals: runtimeGlobals.map((name) => ({ name, message: "Not in every runtime: ask base/platform.ts." })),
          checkGlobalObject: true,
        },
      ],
      "no-restricted-syntax": ["error", barrel, dynamicImport],
      // Untested code is tested or removed, unfinished code finished: neither is excused in a comment.
      "no-warning-comments": [
        "error",
        {
          terms: ["v8 ignore", "c8 ignore", "istanbul ignore", "todo", "fixme"],
          location: "anywhere",
        },
      ],
    },
  },
  {
    files: perToken,
    rules: {
      "no-restricted-syntax": ["error", barrel, dynamicImport, ownHiddenClass],
    },
  },
  {
    files: ["src/index.ts", "src/*/index.ts"],
    rules: {
      "no-restricted-syntax": ["error", exportAll, dynamicImport],
    },
  },
  {
    files: ["src/base/platform.ts"],
    plugins: { "@typescript-eslint": tseslint.plugin },
    rules: {
      "no-restricted-globals": "off",
      // It finds the runtime's modules by name at run time; their types leave nothing behind.
      "no-restricted-imports": "off",
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          patterns: [{ regex: "^[^.]", message: onlyRelative, allowTypeImports: true }],
        },
      ],
    },
  },
  {
    files: ["src/cli/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [{ regex: "^(?!node:)[^.]", message: "No dependencies." }],
        },
      ],
    },
  },
];

/** Rooms whose docblocks open as `openers` says. */
const spokenFor = [
  ...["base", "encoding", "algorithms", "keys", "claims", "jws", "stores", "revocation", "jwt", "jwks", "ring"],
  ...["http", "jsonwebtoken", "sessions", "oauth", "mcp"],
];

/** Openers that hide who does what. */
const riddles = [
  ...["What", "How", "Whether", "Where", "As", "Whose", "Who", "Whom", "Which", "When", "Why"],
  ...["Until when", "From when", "For whom", "About whom"],
];

/** @type {(mainDescription: string, message: string, context: string) => import("eslint").Linter.RuleEntry} */
const opening = (mainDescription, message, context) => ["error", { mainDescription, message, contexts: [context] }];

/**
 * Docblocks open with a noun, and those of functions with a verb in the third person: "Returns", "Checks".
 * @type {import("eslint").Linter.Config}
 */
export const openers = {
  files: ["src/errors.ts", ...spokenFor.map((room) => `src/${room}/**/*.ts`)],
  languageOptions: { parser: tseslint.parser },
  // One rule has one pattern: of functions it is another.
  plugins: { docblocks: jsdoc, functions: jsdoc },
  rules: {
    "docblocks/match-description": opening(
      `^(?!(?:${riddles.join("|")})\\b)[^]*`,
      "A docblock opens with a noun or a verb in the third person, not with a question.",
      "any",
    ),
    "functions/match-description": opening(
      "^[A-Z][a-z]+s\\b[^]*",
      'The docblock of a function opens with a verb in the third person, such as "Returns".',
      "FunctionDeclaration",
    ),
    "docblocks/check-tag-names": "error",
    "docblocks/check-param-names": ["error", { disableMissingParamChecks: true }],
  },
};

export default defineConfig(
  globalIgnores(["dist/", "docs/site/dist/", "coverage/"]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },

  {
    files: ["**/*.{ts,js,mjs}"],
    extends: [js.configs.recommended, tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: [
          "tsconfig.json",
          "test/tsconfig.json",
          "test/tsconfig.services.json",
          "test/system/playground/in-browsers/tsconfig.json",
          "test/tsconfig.size.json",
          "docs/playground/tsconfig.json",
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // `import { type X }` leaves a real import behind under verbatimModuleSyntax.
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-import-type-side-effects": "error",
      // Numbers have one obvious text.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      eqeqeq: "error",
      // A callback that is given by habit is found among the arguments; a rest parameter would show in the signature.
      "prefer-rest-params": "off",
    },
  },

  structure(import.meta.dirname),
  openers,

  {
    // `claims: C & RegisteredClaims` accepts interfaces and literals, and still catches `exp: "2h"`.
    files: ["src/jwt/signer.ts", "src/jwt/kinds.ts"],
    rules: { "@typescript-eslint/no-unnecessary-type-parameters": "off" },
  },
  {
    // jsonwebtoken takes every falsy value for one that was not given.
    files: ["src/jsonwebtoken/**"],
    rules: { "@typescript-eslint/prefer-nullish-coalescing": "off" },
  },
  {
    files: ["test/**", "benchmarks/**"],
    rules: {
      // Tests index data they have just written.
      "@typescript-eslint/no-non-null-assertion": "off",
      // Stubs of asynchronous contracts have nothing to await.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/no-empty-function": "off",
      // JSON vectors and peers without types are `any`; the assertion is what checks them.
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
    },
  },
  {
    // Their packages need not be there: what has no type then needs no assertion either.
    files: ["test/system/{services,size}/**", "test/system/playground/in-browsers/**"],
    rules: {
      "@typescript-eslint/no-unnecessary-type-assertion": "off",
      "@typescript-eslint/no-redundant-type-constituents": "off",
      // Clients mark by it what is for loopback alone.
      "@typescript-eslint/no-deprecated": "off",
    },
  },
  {
    // Plain JavaScript has no annotations for these rules to read.
    files: ["**/*.{js,mjs}"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: Object.fromEntries(Object.getOwnPropertyNames(globalThis).map((name) => [name, "readonly"])),
    },
  },
);
