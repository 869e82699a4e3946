import { generateSecret, HS256, sign, verify } from "mintmark";

const key = await generateSecret(HS256);
const expected = { issuer: "my-api", audience: "web" };
const token = await sign({ sub: "user_123", role: "admin" }, key, { ...expected, expiresIn: "15m" });
console.log(token);

const { claims } = await verify(token, key, expected);
console.log(claims);
