/** What every guarded server expects of a token, and the secret that all of them share. */

export const policy = { issuer: "https://id.example", audience: "orders" };
export const secret = Buffer.from("a text of 48 bytes, made for these measurements.");
