// A registry of npm packages on loopback, so that `npm install mintmark`, `deno add npm:mintmark` and `bun add mintmark` are
// followed as they are written. It has the packed tarball, and of all others the versions in package-lock.json: what a guide
// installs does not change from one day to the next.
import { execFileSync } from "node:child_process";
import { createHash, type BinaryToTextEncoding } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";

interface Manifest {
  readonly name: string;
  readonly version: string;
}

/** A package as a registry describes it. */
interface Described {
  readonly name: string;
  readonly time: unknown;
  readonly versions: Readonly<Record<string, { readonly dist: { readonly tarball: string } }>>;
}

export interface Registry {
  readonly url: string;
  readonly close: () => void;
}

const lock = JSON.parse(readFileSync(new URL("package-lock.json", import.meta.url), "utf8")) as {
  readonly packages: Readonly<Record<string, Manifest>>;
};
const upstream = execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim();

/** Name to versions; the first is the one that a guide gets who names the package. */
const locked = new Map<string, readonly string[]>();
for (const [path, { version }] of Object.entries(lock.packages)
  .filter(([path]) => path !== "")
  .sort(([a], [b]) => a.length - b.length)) {
  const name = path.split("node_modules/").at(-1)!;
  locked.set(name, [...(locked.get(name) ?? []), version]);
}

export async function startRegistry(tarball: string, manifest: Manifest): Promise<Registry> {
  const server = createServer((request, response) => {
    answer(request.url ?? "/").then(
      (body) => {
        if (body instanceof Readable) body.pipe(response);
        else response.setHeader("content-type", "application/json").end(body);
      },
      (error: unknown) => {
        response.writeHead(404).end(String(error));
      },
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  // A server on TCP has an address of this kind.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const tarballs = new Map<string, string>();

  /** The document of a package, or at `/-/tarball/…` the tarball of a version. */
  async function answer(path: string): Promise<string | Readable> {
    const name = decodeURIComponent(path.slice(1));
    if (path.startsWith("/-/tarball/")) return tarballOf(decodeURIComponent(path.slice(11, -4)));
    if (name === manifest.name) return ownDocument();
    const versions = locked.get(name);
    if (versions === undefined) throw new Error(`${name} is not in test/system/guides/package-lock.json`);
    return documentOf((await (await ask(upstream + path.slice(1))).json()) as Described, versions);
  }

  async function tarballOf(id: string): Promise<Readable> {
    if (id === manifest.name) return Readable.from([readFileSync(tarball)]);
    const { body } = await ask(tarballs.get(id) ?? "");
    if (body === null) throw new Error(`${id}: no body`);
    return Readable.fromWeb(body);
  }

  function documentOf({ name, time, versions }: Described, wanted: readonly string[]): string {
    const kept = wanted.map((version) => {
      const { dist, ...rest } = versions[version]!;
      tarballs.set(`${name}@${version}`, dist.tarball);
      return [version, { ...rest, dist: { ...dist, tarball: tarballUrl(`${name}@${version}`) } }];
    });
    return JSON.stringify({ name, time, "dist-tags": { latest: wanted[0] }, versions: Object.fromEntries(kept) });
  }

  function ownDocument(): string {
    const bytes = readFileSync(tarball);
    const digest = (hash: string, encoding: BinaryToTextEncoding): string =>
      createHash(hash).update(bytes).digest(encoding);
    const dist = {
      tarball: tarballUrl(manifest.name),
      integrity: `sha512-${digest("sha512", "base64")}`,
      shasum: digest("sha1", "hex"),
    };
    const { name, version } = manifest;
    return JSON.stringify({ name, "dist-tags": { latest: version }, versions: { [version]: { ...manifest, dist } } });
  }

  const tarballUrl = (id: string): string => `${url}-/tarball/${encodeURIComponent(id)}.tgz`;
  return {
    url,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function ask(url: string): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${new URL(url).pathname}: status ${response.status}`);
  return response;
}
