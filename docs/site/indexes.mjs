// The lists of pages: for readers of the repository in docs/README.md, and for language models in llms.txt of the site (https://llmstxt.org).

/** docs/README.md with its list of pages renewed. */
export function indexPages(text, sections) {
  const [start, end] = ["<!-- pages -->", "<!-- /pages -->"];
  const [before, after] = [text.indexOf(start), text.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`docs/README.md: expected ${start} and ${end}`);
  return `${text.slice(0, before + start.length)}\n\n${listPages(sections)}\n${text.slice(after)}`;
}

/** `reference`: the pages of the reference, which the site has beside the others. */
export function llmsText(sections, reference) {
  return `# mintmark

> JSON Web Tokens that are safe by construction: sign and verify on Node.js, Deno, Bun, Cloudflare Workers and in browsers, on Web Crypto, with no dependency. TypeScript, ESM and CommonJS.

- An algorithm is a value, \`ES256\`, never the text \`"ES256"\`. A key is bound to one algorithm when it is imported.
- \`verify(token, keys, { issuer, audience })\`: both are required; what is not checked is written \`unchecked\`.
- \`exp\` and \`iat\` are set on every token and demanded of every token. Lifetimes are \`"15m"\` or seconds, never \`"900"\`.
- Errors have a \`code\`: \`JwtError\` (401), \`UnavailableError\` (503), \`TypeError\` (a mistake in the call). Compare codes, not classes.
- HMAC secrets come from \`importSecret\`, key pairs from \`importSigningKey\` and \`importVerifyingKey\`, new ones from \`generateSecret\` and \`generateKeyPair\`.

${listPages([...sections, { title: "Reference", pages: reference }])}`;
}

function listPages(sections) {
  return sections
    .map(
      ({ title, pages }) =>
        `## ${title}\n\n${pages.map((page) => `- [${page.title}](${page.path})${page.summary === "" ? "" : `: ${page.summary}`}`).join("\n")}\n`,
    )
    .join("\n");
}
