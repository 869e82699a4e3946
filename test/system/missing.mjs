// Programs that a machine may lack.

/**
 * Returns why tests that need the program are skipped; under CI=true it is thrown instead.
 * @param {string | undefined} path where the program is
 * @param {string} name
 * @param {string} install the command that brings it
 * @returns {string | undefined}
 */
export function whyMissing(path, name, install) {
  if (path !== undefined) return undefined;
  const reason = `${name} is not here (${install})`;
  if (process.env.CI === "true") throw new Error(reason);
  return reason;
}
