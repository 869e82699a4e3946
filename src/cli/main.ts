#!/usr/bin/env node
/** The command `mintmark`: this process's arguments in, its exit code out. */

import process from "node:process";
import { run } from "./run.ts";

// That a Node of some age calls Ed25519 experimental is nothing the caller can act on. Its other warnings are.
const print = process.listeners("warning");
process.removeAllListeners("warning");
process.on("warning", (warning) => {
  if (warning.name !== "ExperimentalWarning")
    print.forEach((listener) => {
      listener(warning);
    });
});

// `mintmark decode … | head -1`: who reads has seen enough.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

// Not exit(): what was written to a pipe may still be on its way.
process.exitCode = await run(process.argv.slice(2), process);
