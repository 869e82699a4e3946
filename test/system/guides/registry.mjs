// A registry of npm packages on loopback, so that `npm install mintmark`, `deno add npm:mintmark` and `bun add mintmark` are
// followed as they are written. It has the packed tarball, and of all others the versions in package-lock.json: what a guide
// installs does not change from one day to the next.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { Readable } from "node:stream";

const lock = JSON.parse(readFileSync(new URL("package-lock.json", import.meta.url), "utf8"));
const upstream = execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim();

/** Name to versions; the first is the one that a guide gets who names the package. */
const locked = new Map();
for (const [path, { version }] of Object.entries(lock.packages)
  .filter(([path]) => path !== "")
  .sort(([a], [b]) => a.length - b.length)) {
  const name = path.split("node_modules/").at(-1);
  locked.set(name, [...(locked.get(name) ?? []), version]);
}

export async function startRegistry(tarball, manifest) {
  const server = createServer((request, response) => {
    answer(request.url).then(
      (body) => {
        if (body instanceof Readable) body.pipe(response);
        else response.setHeader("content-type", "application/json").end(body);
      },
      (error) => {
        response.writeHead(404).end(error.message);
      },
    );
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}/`;
  const tarballs = new Map();

  /** The document of a package, or at `/-/tarball/…` the tarball of a version. */
  async function answer(path) {
    const name = decodeURIComponent(path.slice(1));
    if (path.startsWith("/-/tarball/")) return tarballOf(decodeURIComponent(path.slice(11, -4)));
    if (name === manifest.name) return ownDocument();
    const versions = locked.get(name);
    if (versions === undefined) throw new Error(`${name} is not in test/system/guides/package-lock.json`);
    return documentOf(await (await ask(upstream + path.slice(1))).json(), versions);
  }

  async function tarballOf(id) {
    if (id === manifest.name) return Readable.from([readFileSync(tarball)]);
    return Readable.fromWeb((await ask(tarballs.get(id))).body);
  }

  function documentOf({ name, time, versions }, wanted) {
    const kept = wanted.map((version) => {
      const { dist, ...rest } = versions[version];
      tarballs.set(`${name}@${version}`, dist.tarball);
      return [version, { ...rest, dist: { ...dist, tarball: tarballUrl(`${name}@${version}`) } }];
    });
    return JSON.stringify({ name, time, "dist-tags": { latest: wanted[0] }, versions: Object.fromEntries(kept) });
  }

  function ownDocument() {
    const bytes = readFileSync(tarball);
    const digest = (hash, encoding) => createHash(hash).update(bytes).digest(encoding);
    const dist = {
      tarball: tarballUrl(manifest.name),
      integrity: `sha512-${digest("sha512", "base64")}`,
      shasum: digest("sha1", "hex"),
    };
    const { name, version } = manifest;
    return JSON.stringify({ name, "dist-tags": { latest: version }, versions: { [version]: { ...manifest, dist } } });
  }

  const tarballUrl = (id) => `${url}-/tarball/${encodeURIComponent(id)}.tgz`;
  return {
    url,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function ask(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${new URL(url).pathname}: status ${response.status}`);
  return response;
}
