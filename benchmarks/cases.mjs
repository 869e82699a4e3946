/** What is measured: every case is one row of the tables. */

import { algorithms } from "./algorithms.mjs";

/** `together`: how many operations are under way at once; 0 is a synchronous call. */
const modes = {
  sync: { together: 0, label: "sync" },
  async: { together: 1, label: "one at a time" },
  "async-32": { together: 32, label: "32 at a time" },
};

function rows(group, algorithm, variants) {
  return variants.map(([operation, mode, { name = mode, ...details } = {}]) => ({
    id: `${algorithm}/${operation}/${name}`.toLowerCase().replaceAll(" ", "-"),
    group,
    algorithm,
    operation,
    mode,
    together: modes[mode].together,
    size: "usual",
    ...details,
  }));
}

const everyAlgorithm = Object.keys(algorithms).flatMap((algorithm) =>
  rows(
    algorithm,
    algorithm,
    ["sign", "verify"].flatMap((operation) =>
      Object.keys(modes).map((mode) => [operation, mode, { label: `${operation}, ${modes[mode].label}` }]),
    ),
  ),
);

const remembered = rows(
  "A token seen before",
  "HS256",
  ["sync", "async"].map((mode) => [
    "verify",
    mode,
    { name: `remembered-${mode}`, label: `verify, ${modes[mode].label}`, cache: 1000 },
  ]),
);

const refused = rows(
  "A token that is refused",
  "HS256",
  ["bad signature", "expired", "cut short"].flatMap((fault) =>
    ["sync", "async"].map((mode) => [
      "verify",
      mode,
      { name: `${fault}-${mode}`, label: `${fault}, ${modes[mode].label}`, fault },
    ]),
  ),
);

const claimSizes = rows(
  "The size of the claims",
  "HS256",
  ["small", "large"].flatMap((size) =>
    ["sign", "verify"].flatMap((operation) =>
      ["sync", "async"].map((mode) => [
        operation,
        mode,
        { name: `${size}-${mode}`, label: `${size}: ${operation}, ${modes[mode].label}`, size },
      ]),
    ),
  ),
);

const keySets = rows(
  "The number of keys in a set",
  "ES256",
  [1, 10, 10_000].flatMap((keyCount) =>
    ["sync", "async"].map((mode) => [
      "verify",
      mode,
      {
        name: `${keyCount}-keys-${mode}`,
        label: `${keyCount.toLocaleString("en")}: verify, ${modes[mode].label}`,
        keyCount,
      },
    ]),
  ),
);

const firstVerifications = rows(
  "The first verification with a key set",
  "ES256",
  [1, 100, 1000].map((keyCount) => [
    "verify",
    "async",
    {
      name: `first-of-${keyCount}-keys`,
      label: `${keyCount.toLocaleString("en")}: set read and token verified`,
      keyCount,
      first: true,
    },
  ]),
);

const parts = rows(
  "Where the time goes",
  "HS256",
  ["sync", "async"].flatMap((mode) =>
    ["sign", "verify"].map((operation) => [
      operation,
      mode,
      { name: `parts-${mode}`, label: `${operation}, ${modes[mode].label}`, parts: true },
    ]),
  ),
);

export const cases = [
  ...everyAlgorithm,
  ...parts,
  ...remembered,
  ...refused,
  ...claimSizes,
  ...keySets,
  ...firstVerifications,
];

/** Those whose name holds one of the texts; all, when there are none. */
export function selectCases(texts) {
  return cases.filter(({ id }) => texts.length === 0 || texts.some((text) => id.includes(text.toLowerCase())));
}

export function findCases(ids) {
  return cases.filter(({ id }) => ids.includes(id));
}

/** Cases by the table they are in. */
export function groupsOf(list) {
  const groups = new Map(list.map(({ group }) => [group, []]));
  for (const one of list) groups.get(one.group).push(one);
  return groups;
}
