// Which of the package's sources a bundle is made of, by its source map.
import { decodedMappings, TraceMap } from "@jridgewell/trace-mapping";
import { gzipped, type Bundle } from "./bundlers.ts";

interface Part {
  readonly text: string;
  readonly file: string;
  readonly declaration: string;
}

export interface Contribution {
  readonly name: string;
  readonly bytes: number;
  readonly gzipped: number;
}

/**
 * The parts of a bundle in order, each with the file of src/ that it comes from, and the top-level declaration in it.
 * What a bundler adds itself comes from "(bundler)".
 */
function partsOf({ code, map }: Bundle): readonly Part[] {
  if (map === null) return [{ text: code, file: "(bundler)", declaration: "" }];
  const trace = new TraceMap(map);
  const names = trace.sources.map(fileName);
  const declarations = (map.sourcesContent ?? []).map((text) => declarationsOf(text ?? ""));
  const lines = code.split("\n");
  return decodedMappings(trace).flatMap((segments, line) => {
    const text = `${lines[line]}\n`;
    const starts: readonly (readonly number[])[] = segments[0]?.[0] === 0 ? segments : [[0], ...segments];
    return starts.map(([column, source = -1, sourceLine = -1], i) => ({
      text: text.slice(column, starts[i + 1]?.[0]),
      file: names[source] ?? "(bundler)",
      declaration: declarations[source]?.[sourceLine] ?? "",
    }));
  });
}

/** The files of src/ that a bundle holds code of. The keyword of a declaration may be left of another that is gone. */
export function filesOf(bundle: Bundle): ReadonlySet<string> {
  const code = partsOf(bundle).filter(
    ({ file, text }) => file.endsWith(".ts") && !/^(?:var|let|const)?\s*$/.test(text),
  );
  return new Set(code.map(({ file }) => file));
}

/**
 * How much each file (or each declaration) adds: bytes as they stand in the bundle, and by how many bytes the gzipped bundle
 * would be smaller without them.
 */
export function contributions(bundle: Bundle, key: (part: Part) => string): readonly Contribution[] {
  const parts = partsOf(bundle);
  const whole = gzipped(parts.map(({ text }) => text).join(""));
  return [...new Set(parts.map(key))]
    .map((name) => ({
      name,
      bytes: parts.filter((part) => key(part) === name).reduce((sum, { text }) => sum + Buffer.byteLength(text), 0),
      gzipped:
        whole -
        gzipped(
          parts
            .filter((part) => key(part) !== name)
            .map(({ text }) => text)
            .join(""),
        ),
    }))
    .sort((one, other) => other.gzipped - one.gzipped);
}

/** `src/jwt/sign.ts` as `jwt/sign.ts`, whatever a bundler puts before it. */
function fileName(source: string | null): string {
  return /\/src\/(.+\.ts)$/.exec(source ?? "")?.[1] ?? "(bundler)";
}

/** For each line of a source, the top-level declaration it belongs to. */
function declarationsOf(text: string): readonly string[] {
  let current = "";
  return text
    .split("\n")
    .map(
      (line) => (current = /^(?:export )?(?:async )?(?:function\*?|const|let|class) (\w+)/.exec(line)?.[1] ?? current),
    );
}
