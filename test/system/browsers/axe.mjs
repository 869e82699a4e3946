// The rules of accessibility that axe knows, asked in a page.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** The script to add to a page before it is asked. */
export const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * Returns what a page breaks, a line for each rule.
 * @param {Pick<import("./page.ts").Page, "run">} page
 * @param {{ exclude?: readonly string[], rules?: object }} options `exclude`: selectors of what is not looked at
 * @returns {Promise<readonly string[]>}
 */
export const violations = (page, { exclude = [], rules = {} }) =>
  page.run(
    async (left, further) => {
      const context = left.length === 0 ? globalThis.document : { exclude: left };
      const found = await globalThis.axe.run(context, { resultTypes: ["violations"], rules: further });
      return found.violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes
            .slice(0, 3)
            .map(
              ({ target, failureSummary }) =>
                `${target.join(" ")} (${failureSummary.replaceAll(/\s+/g, " ").slice(0, 200)})`,
            )
            .join("; ")}`,
      );
    },
    exclude,
    rules,
  );
