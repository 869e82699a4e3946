// The lists of pages: for readers in docs/README.md, and for language models in docs/llms.txt (https://llmstxt.org).

const reference = [
  ["api/mintmark.md", "mintmark", "Every export, with shapes, units, defaults, error codes and an example each."],
  ["api/mintmark/express.md", "mintmark/express", "`requireAuth` for Express."],
  ["api/mintmark/fastify.md", "mintmark/fastify", "`requireAuth` for Fastify."],
  ["api/mintmark/hono.md", "mintmark/hono", "`requireAuth` for Hono."],
  ["api/mintmark/sessions.md", "mintmark/sessions", "Sessions with refresh tokens, their stores and cookies."],
  [
    "api/mintmark/jsonwebtoken.md",
    "mintmark/jsonwebtoken",
    "jsonwebtoken's interface, to change the import and go on from there.",
  ],
  ["api/mintmark/oauth.md", "mintmark/oauth", "Protected resources: access tokens, issuers and metadata."],
  ["api/mintmark/mcp.md", "mintmark/mcp", "Gates for MCP servers, and what the SDK's tools expect of a caller."],
].map(([path, title, summary]) => ({ path, title, summary }));

/** docs/README.md with its list of pages renewed. */
export function indexPages(text, sections) {
  const list = listPages(sections, "##", (page) => page.path);
  const [start, end] = ["<!-- pages -->", "<!-- /pages -->"];
  const [before, after] = [text.indexOf(start), text.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`docs/README.md: expected ${start} and ${end}`);
  return `${text.slice(0, before + start.length)}\n\n${list}\n${text.slice(after)}`;
}

export function llmsText(sections) {
  return `# mintmark

> JSON Web Tokens that are safe by construction: sign and verify on Node.js, Deno, Bun, Cloudflare Workers and in browsers, on Web Crypto, with no dependency. TypeScript, ESM and CommonJS.

- An algorithm is a value, \`ES256\`, never the text \`"ES256"\`. A key is bound to one algorithm when it is imported.
- \`verify(token, keys, { issuer, audience })\`: both are required; what is not checked is written \`unchecked\`.
- \`exp\` and \`iat\` are set on every token and demanded of every token. Lifetimes are \`"15m"\` or seconds, never \`"900"\`.
- Errors have a \`code\`: \`JwtError\` (401), \`UnavailableError\` (503), \`TypeError\` (a mistake in the call). Compare codes, not classes.
- HMAC secrets come from \`importSecret\`, key pairs from \`importSigningKey\` and \`importVerifyingKey\`, new ones from \`generateSecret\` and \`generateKeyPair\`.

${listPages(sections, "##", (page) => page.path)}`;
}

function listPages(sections, heading, link) {
  return [...sections, { title: "Reference", pages: reference }]
    .map(
      ({ title, pages }) =>
        `${heading} ${title}\n\n${pages.map((page) => `- [${page.title}](${link(page)})${page.summary === "" ? "" : `: ${page.summary}`}`).join("\n")}\n`,
    )
    .join("\n");
}
