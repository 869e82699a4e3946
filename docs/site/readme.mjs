// The links of the front page. They lead to the site as soon as package.json says where that is, so that they work on npm, too; until
// then to the files.
import { addressOf } from "./addresses.mjs";
import { homepage } from "./project.mjs";

const targets = {
  all: "README.md",
  architecture: "architecture.md",
  changelog: "CHANGELOG.md",
  "command-line": "guides/command-line.md",
  comparison: "comparison.md",
  compatibility: "compatibility.md",
  contributing: "CONTRIBUTING.md",
  errors: "guides/errors.md",
  "fast-jwt": "migrating/fast-jwt.md",
  "getting-started": "guides/getting-started.md",
  http: "guides/http.md",
  jose: "migrating/jose.md",
  jsonwebtoken: "migrating/jsonwebtoken.md",
  "key-sets": "guides/key-sets.md",
  kms: "guides/kms.md",
  "links-in-mails": "guides/links-in-mails.md",
  mcp: "guides/mcp.md",
  performance: "performance.md",
  playground: "playground/README.md",
  "protected-resources": "guides/protected-resources.md",
  revocation: "guides/revocation.md",
  rotation: "guides/rotation.md",
  security: "security.md",
  sessions: "guides/sessions.md",
  sizes: "sizes.md",
  "third-party-tokens": "guides/third-party-tokens.md",
};

/** README.md with its links renewed. `site`: the address of the site, with a slash at the end. */
export function linkReadme(text, site = homepage) {
  const lines = Object.entries(targets).map(([name, path]) => `[${name}]: ${linkTo(path, site)}`);
  const [start, end] = ["<!-- links -->", "<!-- /links -->"];
  const [before, after] = [text.indexOf(start), text.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`README.md: expected ${start} and ${end}`);
  return `${text.slice(0, before + start.length)}\n\n${lines.join("\n")}\n\n${text.slice(after)}`;
}

function linkTo(path, site) {
  if (site === undefined) return `docs/${path}`;
  return new URL(addressOf(path, "index.md").slice(1).replace(/\.md$/, ""), site).href;
}
