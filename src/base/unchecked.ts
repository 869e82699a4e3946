/** The waiver `unchecked`, for a check that is left out in writing. */

/**
 * Waives a check, in place of an issuer, an audience or a type. The same in every copy of the package.
 *
 * @example
 * const key = await generateSecret(HS256);
 * const token = await sign({ sub: "user_123" }, key, { issuer: "my-api" });
 * await verify(token, key, { issuer: "my-api", audience: unchecked });
 */
export const unchecked: unique symbol = /* @__PURE__ */ Symbol.for("mintmark.unchecked");
