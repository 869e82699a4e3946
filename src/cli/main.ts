#!/usr/bin/env node
/** Entry point of the command `mintmark`. */

import process from "node:process";
import { run } from "./run.ts";

// Older Node versions warn that Ed25519 is experimental, which the caller cannot change. Other warnings are printed.
const print = process.listeners("warning");
process.removeAllListeners("warning");
process.on("warning", (warning) => {
  if (warning.name !== "ExperimentalWarning")
    print.forEach((listener) => {
      listener(warning);
    });
});

// `mintmark decode … | head -1`: the reader may close the pipe early.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

// Not exit(): output to a pipe may not have been flushed.
process.exitCode = await run(process.argv.slice(2), process);
