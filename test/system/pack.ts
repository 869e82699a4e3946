// Packs before the first test of a suite. Its tests try what `inject("packed")` says.
import type { TestProject } from "vitest/node";
import { pack } from "./runtimes/project.mjs";

declare module "vitest" {
  interface ProvidedContext {
    /** The tarball's path, and the files in it. */
    readonly packed: { readonly path: string; readonly files: readonly string[] };
  }
}

export default function providePacked(project: TestProject): void {
  project.provide("packed", pack());
}
