// The workflows, read as text: whoever can publish runs nothing that was downloaded for a build, and publishes what was tested.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { pack } from "../../system/runtimes/project.mjs";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const workflows = ["ci", "release"].map((name) => ({ name, text: read(`.github/workflows/${name}.yml`) }));

/** The blocks that a text indented by `depth` consists of, by the first line of each. */
function blocks(text: string, start: RegExp): readonly string[] {
  const lines = text.split("\n");
  const starts = lines.flatMap((line, at) => (start.test(line) ? [at] : []));
  return starts.map((from, i) => lines.slice(from, starts[i + 1]).join("\n"));
}
const jobsOf = (text: string): ReadonlyMap<string, string> =>
  new Map(blocks(text.split("\njobs:\n")[1]!, /^ {2}[\w-]+:$/).map((job) => [job.trim().split(":")[0]!, job]));
const stepsOf = (job: string): readonly string[] => blocks(job.split("\n    steps:\n")[1]!, /^ {6}- /);
/** The command of a step: one line, or a block. */
const commandOf = (step: string): string | undefined => {
  const [, line, block] = /^ {6}(?:- | {2})run: (?:\|\n((?: {10}.*\n?)+)|(.*))$/m.exec(step) ?? [];
  return line?.replaceAll(/^ {10}/gm, "") ?? block;
};

const release = jobsOf(workflows[1]!.text);
const publishing = [...release].filter(([, job]) => job.includes("id-token"));
const job = (name: string): string => release.get(name)!;

describe.each(workflows)("every workflow: $name", ({ text }) => {
  it("pins actions by commit, and says which version that is", () => {
    const used = text.match(/uses:.*/g)!;
    expect(used.length).toBeGreaterThan(0);
    for (const one of used) expect(one).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it("takes tools, images and machines by exact version", () => {
    for (const [, version] of text.matchAll(/(?:node|deno)-version: (.*)/g)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    for (const [, image] of text.matchAll(/container: (.*)/g)) expect(image).toMatch(/^node:\d+\.\d+\.\d+-bookworm$/);
    for (const [, machine] of text.matchAll(/runs-on: (.*)/g)) expect(machine).toMatch(/-\d\d\.\d\d$/);
    expect(text).not.toMatch(/\bnpx\b|npm (?:exec|install|i|update)\b|curl|wget|latest/);
  });

  it("leaves no credentials in a checkout, and no value of an event in a command", () => {
    for (const step of [...jobsOf(text).values()].flatMap(stepsOf)) {
      if (step.includes("actions/checkout@")) expect(step).toContain("persist-credentials: false");
      expect(commandOf(step) ?? "").not.toContain("${{");
    }
    expect(text).not.toContain("secrets.");
  });
});

describe("the release", () => {
  it("gives nothing by default, and the publishing identity to two jobs", () => {
    expect(workflows[1]!.text).toContain("\npermissions: {}\n");
    expect(publishing.map(([name]) => name)).toEqual(["npm", "jsr"]);
    for (const [, one] of publishing) expect(one).toMatch(/\n {4}permissions:\n {6}id-token: write\n {4}\w/);
    for (const name of ["pack", "check"]) expect(job(name)).toMatch(/\n {4}permissions:\n {6}contents: read\n {4}\w/);
  });

  it.each(publishing)(
    "%s waits for the tests, checks out and installs nothing, and has no script of a package run",
    (_, one) => {
      expect(one).toContain("needs: [pack, check]");
      expect(one).toContain("environment: release");
      expect(one).not.toMatch(/checkout|\bci\b|install|npm run|\.ci\/|node -/);
      const commands = stepsOf(one)
        .map(commandOf)
        .filter((command) => command !== undefined);
      expect(commands.filter((command) => /\bnpm\b(?!\.tgz)|npm publish/.test(command))).toEqual(
        one === job("npm")
          ? ["npm", "bridge"].map(
              (name) => `npm publish ./release/${name}.tgz --provenance --access public --ignore-scripts`,
            )
          : [],
      );
    },
  );

  it("looks at the hash before it publishes, and before it tests", () => {
    for (const [name, after] of [
      ["check", "bash .ci/run"],
      ["npm", "npm publish"],
      ["jsr", "deno publish"],
    ] as const) {
      const steps = stepsOf(job(name));
      if (name === "npm") expect(job(name).match(/sha256sum --check --strict/g)).toHaveLength(2);
      const at = (text: string): number => steps.findIndex((step) => step.includes(text));
      expect(at("actions/download-artifact@"), name).toBeGreaterThan(-1);
      expect(at("sha256sum --check --strict"), name).toBeGreaterThan(at("actions/download-artifact@"));
      expect(at(after), name).toBeGreaterThan(at("sha256sum --check --strict"));
      expect(steps[at("sha256sum")], name).toContain(`needs.pack.outputs.${name === "jsr" ? "jsr" : "npm"} }}`);
    }
  });

  it("packs without install scripts, and asks first whether it can publish", () => {
    const commands = stepsOf(job("pack")).map(commandOf);
    expect(commands.filter((command) => command?.startsWith("npm ci"))).toEqual([
      "npm ci --ignore-scripts --no-audit --no-fund",
    ]);
    expect(commands.findIndex((command) => command === 'node .ci/check-release.mjs "$GITHUB_REF_NAME"')).toBe(1);
    expect(job("check")).toContain("MINTMARK_TARBALL: release/npm.tgz");
  });
});

const folder = mkdtempSync(join(tmpdir(), "mintmark-release-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("the release's commands, run", () => {
  const sh = (script: string, env: Readonly<Record<string, string>>) =>
    spawnSync("bash", ["-eo", "pipefail", "-c", script], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, ...env },
    });
  const checks = ["check", "npm", "jsr"].map((name) => ({
    name,
    archive: name === "jsr" ? "jsr.tgz" : "npm.tgz",
    command: stepsOf(job(name))
      .map(commandOf)
      .find((command) => command?.includes("sha256sum"))!,
  }));

  it.each(checks)("$name: another archive, or none, or no hash, ends the job", ({ archive, command }) => {
    mkdirSync(join(folder, "release"), { recursive: true });
    const path = join(folder, "release", archive);
    writeFileSync(path, "the archive that was packed");
    const SHA256 = createHash("sha256").update("the archive that was packed").digest("hex");
    expect(sh(command, { SHA256 }).status).toBe(0);
    expect(sh(command, { SHA256: "" }).status).not.toBe(0);
    writeFileSync(path, "another archive");
    expect(sh(command, { SHA256 }).status).not.toBe(0);
    rmSync(path);
    expect(sh(command, { SHA256 }).status).not.toBe(0);
  });

  it("the archive of sources has all that JSR publishes", () => {
    const pack = stepsOf(job("pack"))
      .map(commandOf)
      .find((command) => command?.includes("jsr.tgz"))!;
    const names = /-czf release\/jsr\.tgz (.*)/.exec(pack)![1]!.split(" ");
    const { publish } = JSON.parse(read("jsr.json")) as { publish: { include: readonly string[] } };
    expect(publish.include.map((pattern) => pattern.split("/")[0]!).sort()).toEqual(names.sort());
  });
});

describe("what can be released", () => {
  const good = {
    version: "1.2.3",
    repository: { type: "git", url: "git+https://github.com/owner/name.git" },
    homepage: "https://name.example",
    bugs: { url: "https://github.com/owner/name/issues" },
  };
  const check = (
    manifest: object,
    {
      jsr = "1.2.3",
      words = [] as readonly string[],
      repository = undefined as string | undefined,
      readme = "[guides]: https://name.example/guides\n",
    } = {},
  ) => {
    const checkout = mkdtempSync(join(folder, "checkout-"));
    cpSync(join(root, ".ci/check-release.mjs"), join(checkout, ".ci/check-release.mjs"));
    writeFileSync(join(checkout, "package.json"), JSON.stringify(manifest));
    writeFileSync(join(checkout, "jsr.json"), JSON.stringify({ version: jsr }));
    writeFileSync(join(checkout, "README.md"), readme);
    const env = { PATH: process.env.PATH, ...(repository !== undefined && { GITHUB_REPOSITORY: repository }) };
    const { status, stdout, stderr } = spawnSync(process.execPath, [".ci/check-release.mjs", ...words], {
      cwd: checkout,
      encoding: "utf8",
      env,
    });
    expect(stdout).toBe("");
    return { status, lines: stderr.split("\n").slice(0, -1) };
  };

  it("is what says where it comes from, in the tag's version", () => {
    expect(check(good)).toEqual({ status: 0, lines: [] });
    expect(check(good, { words: ["v1.2.3"], repository: "owner/name" })).toEqual({ status: 0, lines: [] });
  });

  it("names a place: what package.json has until then is refused, whole", () => {
    const { homepage, bugs, repository } = JSON.parse(read("package.json")) as Readonly<Record<string, unknown>>;
    const { status, lines } = check({ ...good, homepage, bugs, repository });
    expect(status).toBe(JSON.stringify([homepage, bugs, repository]).includes("OWNER") ? 1 : 0);
    const placeholders = {
      repository: { type: "git", url: "git+https://github.com/OWNER/NAME.git" },
      homepage: "https://OWNER.github.io/NAME/",
      bugs: { url: "https://github.com/OWNER/NAME/issues" },
    };
    expect(check({ ...good, ...placeholders }).lines.map((line) => line.split(": expected")[0])).toEqual([
      "package.json: repository",
      "package.json: homepage",
      "package.json: bugs",
    ]);
    expect(lines).toHaveLength(status === 1 ? 3 : 0);
  });

  it("has a front page whose links work on npm", () => {
    const { status, lines } = check(good, { readme: "[guides]: docs/guides\n" });
    expect([status, lines]).toEqual([
      1,
      ["README.md: expected links to the site, found [guides]: docs/guides: write the homepage, and run npm run docs"],
    ]);
  });

  it.each([undefined, "owner/name", { url: "https://github.com/owner/name" }, { url: 5 }, null, {}])(
    "a repository of %j is no place: one clear line",
    (repository) => {
      const { status, lines } = check({ ...good, repository });
      expect([status, lines.length]).toEqual([1, 1]);
      expect(lines[0]).toMatch(
        /^package\.json: repository: expected \{ "type": "git", "url": "git\+https:\/\/github\.com\/OWNER\/NAME\.git" \}, found .*: npm publishes nothing with provenance without it$/,
      );
    },
  );

  it("another repository, another version, no homepage and no place for bugs are told together", () => {
    const { status, lines } = check(
      { ...good, homepage: undefined, bugs: "mailto:x" },
      { jsr: "1.2.2", words: ["v1.2.4"], repository: "fork/name" },
    );
    expect([status, lines]).toEqual([
      1,
      [
        "package.json: repository: expected fork/name, from which this runs, found owner/name",
        "package.json: homepage: expected an https URL, found nothing",
        'package.json: bugs: expected an https URL, found "mailto:x"',
        "jsr.json: version: expected 1.2.3, as in package.json, found 1.2.2",
        "the tag: expected v1.2.3, as in package.json, found v1.2.4",
      ],
    ]);
  });

  it("has the package to override with in its own version, from the same place", () => {
    const packed = join(folder, "bridge.tgz");
    const { status } = spawnSync(process.execPath, [join(root, ".ci/pack-bridge.mjs"), packed]);
    expect(status).toBe(0);
    const { stdout } = spawnSync("tar", ["-xzOf", packed, "package/package.json"], { encoding: "utf8" });
    const { version, license, engines, homepage, bugs, repository } = JSON.parse(read("package.json")) as {
      version: string;
    } & Readonly<Record<string, unknown>>;
    const own = JSON.parse(read("docs/migrating/mintmark-jsonwebtoken/package.json")) as { private?: boolean };
    expect(own.private).toBe(true);
    delete own.private;
    expect(JSON.parse(stdout)).toEqual({
      ...own,
      version: `9${version.slice(version.indexOf("."))}`,
      dependencies: { mintmark: version },
      ...{ license, engines, homepage, bugs, repository },
    });
    const { stdout: files } = spawnSync("tar", ["-tzf", packed], { encoding: "utf8" });
    expect(files.trim().split("\n").sort()).toEqual(
      ["LICENSE", "README.md", "index.cjs", "index.d.cts", "package.json"].map((name) => `package/${name}`),
    );
    expect(read(".github/workflows/release.yml")).toContain("node .ci/pack-bridge.mjs release/bridge.tgz");
  });

  it("and is not published by hand either without it", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Readonly<Record<string, string>> };
    expect(scripts.prepublishOnly).toMatch(/^node \.ci\/check-release\.mjs && /);
  });

  it("is the tarball that MINTMARK_TARBALL names, where the suites try one", () => {
    const inside = join(folder, "package");
    mkdirSync(inside);
    writeFileSync(join(inside, "package.json"), "{}");
    const given = join(folder, "given.tgz");
    spawnSync("tar", ["-czf", given, "-C", folder, "package/package.json"]);
    process.env.MINTMARK_TARBALL = given;
    try {
      expect(pack()).toEqual({ path: given, files: ["package.json"] });
    } finally {
      delete process.env.MINTMARK_TARBALL;
    }
  });
});
