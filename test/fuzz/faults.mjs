// Planted faults: a change of one place in src/ that the fuzzer has to find, or its silence about src/ as it is would mean nothing.

/** What is wrong, the target that has to notice, and the change. */
export const faults = [
  { name: "base64url: what stands after 30 characters is not compared", target: "base64url", file: "src/encoding/base64url.ts", from: "encodeBase64url(memory, length) === text ?", to: "encodeBase64url(memory, length).slice(0, 30) === text.slice(0, 30) ?" },
  { name: "base64: one padding character too few passes", target: "base64", file: "src/encoding/base64url.ts", from: "padding > 0 && url.length % 4 !== 0", to: "padding > 1 && url.length % 4 !== 0" },
  { name: "UTF-8: a byte order mark is swallowed", target: "utf8", file: "src/encoding/utf8.ts", from: "ignoreBOM: true", to: "ignoreBOM: false" },
  { name: "JSON: a name may come twice, deep inside", target: "json", file: "src/encoding/json.ts", from: "countMembers(object) === members", to: "(countMembers(object) === members || measure(text).depth > 6)" },
  { name: "JSON: a level too deep passes", target: "json", file: "src/encoding/json.ts", from: "  if (depth > maxDepth) return undefined;", to: "  if (depth > maxDepth + 1) return undefined;" },
  { name: "duration: something may stand before the number", target: "duration", file: "src/duration.ts", from: "/^(\\d+", to: "/(\\d+" },
  // Nobody guesses four characters: it takes the counters, which tell of each.
  { name: "duration: four comparisons, one within the other", target: "duration", file: "src/duration.ts", from: "function parseDuration(text: string): number {", to: `function parseDuration(text: string): number {${['"~"', '"q"', '"&"', '"Z"'].map((character, at) => ` if (text[${at}] === ${character}) {`).join("")} return 1; }}}}` },
  { name: "PEM: a private key beside the public one passes", target: "pem", file: "src/keys/pem.ts", from: 'what !== "private key" && blocks.some(', to: "false && blocks.some(" },
  { name: "PEM: the label at the end is not compared", target: "pem", file: "src/keys/pem.ts", from: "-----END \\1-----/g", to: "-----END [A-Z0-9 ]{1,40}-----/g" },
  { name: "DER: octets after the end pass", target: "der", file: "src/keys/der.ts", from: "outer?.length === 1 ?", to: "outer !== undefined && outer.length > 0 ?" },
  { name: "DER: PKCS#1 is any algorithm's", target: "der", file: "src/keys/der.ts", from: "return kind.integers && element", to: "return element" },
  { name: "JWKS: keys for encryption are used", target: "jwks", file: "src/keys/jwk.ts", from: '["sig", "jwt-svid", undefined]', to: '["sig", "jwt-svid", "enc", undefined]' },
  { name: "JWKS: one operation twice passes", target: "jwks", file: "src/keys/jwk.ts", from: "new Set(listed).size !== listed.length || ", to: "" },
  { name: "secret: a JWK Set is a secret", target: "secret", file: "src/keys/secret.ts", from: '|keys"\\s{0,9}:\\s{0,9}\\[', to: "" },
  { name: "decode: a token may do without a signature", target: "decode", file: "src/jws/open.ts", from: 'bytes === undefined || segment === ""', to: "bytes === undefined" },
  { name: "decode: members of the header may come twice", target: "decode", file: "src/encoding/json.ts", from: "countMembers(object) === members", to: "countMembers(object) <= members" },
  { name: "verify: a token is good for a second more", target: "verify", file: "src/claims/validate.ts", from: "!(now - tolerance < exp)", to: "!(now - tolerance <= exp)" },
  { name: "verify: aud may hold what is no text", target: "verify", file: "src/claims/validate.ts", from: 'list.every((item) => typeof item === "string")', to: 'list.some((item) => typeof item === "string")' },
  { name: "verify: b64 without crit passes", target: "verify", file: "src/jwt/verify.ts", from: 'if (Object.hasOwn(header, "b64")) throw', to: "if (false) throw" },
  { name: "JWS: a name in crit may come twice", target: "jws", file: "src/jws/header.ts", from: " || new Set(crit).size !== crit.length", to: "" },
  { name: "bearer: a comma ends the token", target: "bearer", file: "src/http/bearer.ts", from: "+=*)$/i", to: "+=*)(?:$|,)/i" },
  { name: "bearer: a pattern that backtracks without end", target: "bearer", file: "src/http/bearer.ts", from: "([\\w.~+/-]+=*)$/i", to: "((?:[\\w.~+/-]+)+=*)$/i" },
  { name: "cookie: of two with one name the first counts", target: "cookie", file: "src/http/cookie.ts", from: "pairs.length > 1", to: "pairs.length > 2" },
  { name: "challenge: a backslash is not escaped", target: "challenge", file: "src/http/challenge.ts", from: '/["\\\\]/g', to: '/["]/g' },
];
