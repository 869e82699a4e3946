// What every recipe has to answer, whatever framework it is for.
import { expect } from "vitest";
import { HS256, importSecret, sign, type SignOptions } from "../../../../src/index.ts";
import { ask, bearer, type Answer, type Question } from "./client.ts";
import { secret } from "./guide.ts";

const key = await importSecret(secret, HS256);

/** A token that the recipes' verifier takes, unless the options say otherwise. */
export const mint = (options: SignOptions = {}, scope = "orders:read"): Promise<string> =>
  sign({ sub: "user_123", scope }, key, { issuer: "https://id.example", audience: "orders", ...options });

/** Of two Authorization headers, some platforms hand over one. `bodies`: refusals have none. */
export async function expectGuarded(
  port: number,
  { two = 400, path = "/orders", bodies = false, good = { ordersOf: "user_123" } as unknown } = {},
): Promise<void> {
  const get = (question: Question = {}): Promise<Answer> => ask(port, { ...question, path });
  const answers = {
    good: await get(bearer(await mint())),
    none: await get(),
    basic: await get({ headers: { authorization: "Basic eDp5" } }),
    two: await get(bearer(await mint(), await mint())),
    expired: await get(bearer(await mint({ now: () => new Date(0) }))),
    audience: await get(bearer(await mint({ audience: "web" }))),
    scope: await get(bearer(await mint({}, "orders:write"))),
  };
  expect(Object.fromEntries(Object.entries(answers).map(([name, { status }]) => [name, status]))).toEqual({
    good: 200,
    none: 401,
    basic: 401,
    two,
    expired: 401,
    audience: 401,
    scope: 403,
  });
  expect(JSON.parse(answers.good.body)).toEqual(good);
  expect(answers.none.headers["www-authenticate"]).toBe('Bearer realm="api", scope="orders:read"');
  expect(answers.scope.headers["www-authenticate"]).toBe(
    'Bearer realm="api", scope="orders:read", error="insufficient_scope"',
  );
  if (!bodies) expect([answers.none.body, answers.scope.body]).toEqual(["", ""]);
}
