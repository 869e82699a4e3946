/** The Worker that is measured from outside: it makes a case ready, then runs one contender so often. */

import { findCases } from "../cases.mjs";
import { repeat } from "../contest.mjs";
import { contestants } from "../contestants.mjs";

const ready = new Map();

export default {
  async fetch(request) {
    const { id, name, count } = await request.json();
    const [testCase] = findCases([id]);
    if (name !== undefined) return Response.json(await repeat(ready.get(id).get(name), testCase.together, count));
    ready.set(id, await contestants(testCase));
    return Response.json([...ready.get(id).keys()]);
  },
};
