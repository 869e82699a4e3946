/** The written waiver: `unchecked` where a check is left out. */

/**
 * Says "I do not check this", in place of an issuer, an audience or a type. The same in every copy of the package.
 *
 * @example
 * const key = await generateSecret(HS256);
 * const token = await sign({ sub: "user_123" }, key, { issuer: "my-api" });
 * await verify(token, key, { issuer: "my-api", audience: unchecked });
 */
export const unchecked: unique symbol = /* @__PURE__ */ Symbol.for("mintmark.unchecked");
