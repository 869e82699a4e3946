// Temporary folders of programs that may still write while a test is over.
import { rmSync } from "node:fs";

const pause = new Int32Array(new SharedArrayBuffer(4));

/**
 * Removes a folder, and never throws: children of a browser or of a database may still write into it. `maxRetries` of `rmSync` does not
 * help there, since it tries the same empty-handed `rmdir` again, and not to remove what came. What is left after two seconds stays where
 * it is, in the system's temporary folder.
 * @param {string} path
 */
export function removeFolder(path) {
  for (let attempt = 0; attempt < 20; attempt++) {
    try {
      rmSync(path, { recursive: true, force: true });
      return;
    } catch {
      Atomics.wait(pause, 0, 0, 100);
    }
  }
}
