// For everyone: no axe violation, everything by keyboard, from 320 pixels on, light and dark. And the pictures to look at.
import { deepEqual, equal, ok } from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, it } from "vitest";
import { axe, violations } from "../../browsers/axe.mjs";
import { root } from "../../runtimes/project.mjs";
import type { Playground } from "./playground.ts";
import type { Served } from "./serve.ts";
import { expected, hs256, now, secret } from "./tokens.ts";
import { until } from "./until.ts";

const pictures = join(root, "coverage/playground");

/** Each tool in its states, as they are set up in a fresh page. */
const states: Readonly<Record<string, (page: Playground) => Promise<void>>> = {
  "debug, empty": async (page) => {
    await until("the example", page.outcome, (outcome) => outcome === "Accepted");
    await page.click("#debug-clear");
    await until("nothing", page.outcome, (outcome) => outcome === "No token yet");
  },
  "debug, accepted": async (page) => {
    await page.click("#debug-example");
    await until("outcome", page.outcome, (outcome) => outcome === "Accepted");
  },
  "debug, refused": async (page) => {
    await page.debug(
      {
        "debug-input": `https://app.example/#access_token=${hs256({ exp: now - 100, iss: "https://other.example", sub: "a\u202eb" })}&id_token=${hs256()}`,
        "debug-key": secret,
        ...expected,
      },
      "Refused: issuer_mismatch",
    );
    await page.run(() => {
      for (const details of globalThis.document.querySelectorAll("details")) details.open = true;
    });
  },
  "debug, broken, key refused": async (page) => {
    await page.debug(
      { "debug-input": hs256().slice(0, 120), "debug-key": '{"kty":' },
      "The key is refused: invalid_key",
    );
  },
  generate: async (page) => {
    await page.tab("generate");
    await page.made("ES256");
    await page.click("#generate-show");
  },
  "generate, refused": async (page) => {
    await page.tab("generate");
    await page.made("ES256");
    await page.fill({ "generate-json": '{ "sub": 5, "password": "x", "id": 12345678901234567890 }' });
    await page.choose("generate-source", "pasted");
    await page.fill({ "generate-key": "no key" });
    await until("the refusal", () => page.text("generate-key-status"));
  },
  secret: async (page) => {
    await page.tab("secret");
    await until("the secret", () => page.text("secret-hex"));
  },
};

/** A window. WebKitGTK's has a least width, and gives no picture of a page that fits into it. */
export interface Window {
  readonly widths: readonly number[];
  readonly height: number;
}

export function checkAccess(
  browser: string,
  page: Playground,
  server: Served,
  { widths, height, hasColours }: Window & { readonly hasColours: boolean },
): void {
  mkdirSync(pictures, { recursive: true });
  for (const [state, setUp] of Object.entries(states)) {
    describe.each(["light", "dark"])(`${state}, %s`, (scheme) => {
      beforeAll(async () => {
        await page.goto(server.url);
        await setTheme(page, scheme === "dark");
        await setUp(page);
        await page.addScript(axe);
      });
      describe.each(widths)("%i pixels", (width) => {
        beforeAll(async () => {
          await page.resize(width, height);
        });
        it("axe", async () => {
          deepEqual(await violations(page, { rules: { "target-size": { enabled: true } } }), []);
        });
        it("fits", async () => {
          const [room, needed] = await page.run(
            () => [globalThis.innerWidth, globalThis.document.scrollingElement!.scrollWidth] as const,
          );
          ok(needed <= room, `needs ${needed}, has ${room}`);
        });
        afterAll(async () => {
          if (width === 320) return;
          const name = `${browser}-${state.replaceAll(/\W+/g, "-")}-${scheme}-${width}.png`;
          writeFileSync(join(pictures, name), await page.screenshot());
        });
      });
    });
  }
  if (hasColours) checkSystemTheme(page, server);
  it("the switch says what it does", async () => {
    await page.goto(server.url);
    const before = await themeOf(page);
    await page.click("#theme");
    const after = await themeOf(page);
    ok(before.switched !== after.switched && before.background !== after.background, JSON.stringify([before, after]));
  });
}

/** With the system's colours where that can be said, else with the page's own switch. */
async function setTheme(page: Playground, dark: boolean): Promise<void> {
  if (page.preferDark !== undefined) await page.preferDark(dark);
  else if ((await themeOf(page)).switched !== String(dark)) await page.click("#theme");
}

const themeOf = (page: Playground) =>
  page.run(() => ({
    switched: globalThis.document.getElementById("theme")!.getAttribute("aria-checked"),
    background: globalThis.getComputedStyle(globalThis.document.body).backgroundColor,
  }));

function checkSystemTheme(page: Playground, server: Served): void {
  it("light and dark as the system says", async () => {
    const { preferDark } = page;
    if (preferDark === undefined) throw new Error("its colours cannot be set");
    await page.goto(server.url);
    await preferDark(false);
    const light = await until(
      "light",
      () => themeOf(page),
      ({ switched }) => switched === "false",
    );
    await preferDark(true);
    const dark = await until(
      "dark",
      () => themeOf(page),
      ({ switched }) => switched === "true",
    );
    ok(light.background !== dark.background);
    await preferDark(false);
  });
}

/** A whole round with no mouse: read a token, make one, make a secret. */
export function checkKeyboard(page: Playground, server: Served): void {
  const start = async () => {
    await page.goto(server.url);
    await page.run(() => {
      (globalThis.document.activeElement as HTMLElement).blur();
    });
    await until("the focus of the system", () => page.run(() => globalThis.document.hasFocus()));
  };
  const focused = () =>
    page.run(() => globalThis.document.activeElement!.id || globalThis.document.activeElement!.tagName);
  const tabTo = async (id: string) => {
    for (let i = 0; i < 80; i++) {
      if ((await focused()) === id) return;
      await page.press("Tab");
    }
    throw new Error(`Tab does not reach ${id}, and is at ${await focused()}`);
  };
  it("by keyboard alone", async () => {
    await start();
    await tabTo("theme");
    await page.press(" ");
    equal((await themeOf(page)).switched, "true");
    await tabTo("debug-example");
    await page.press("Enter");
    await until("outcome", page.outcome, (outcome) => outcome === "Accepted");
    await tabTo("debug-audience");
    await page.type("x");
    await until("outcome", page.outcome, (outcome) => outcome === "Refused: audience_mismatch");

    await page.run(() => {
      globalThis.document.getElementById("theme")!.focus();
    });
    await page.press("Tab");
    equal(await focused(), "tab-debug");
    await page.press("ArrowRight");
    equal(await focused(), "tab-generate");
    await page.made("ES256");
    await tabTo("generate-sub");
    await page.type("4");
    await until(
      "the JSON",
      () => page.value("generate-json"),
      (json) => (JSON.parse(json) as { sub: string }).sub.includes("4"),
    );
    await tabTo("generate-copy-token");
    await page.press("Enter");
    await until(
      "the button",
      () => page.text("generate-copy-token"),
      (label) => label === "Copied",
    );
    await tabTo("generate-debug");
    await page.press("Enter");
    await until("outcome", page.outcome, (outcome) => outcome === "Accepted");
    equal(await focused(), "tab-debug");

    await page.press("End");
    equal(await focused(), "tab-secret");
    await until("the secret", () => page.text("secret-hex"));
    const before = await page.text("secret-hex");
    await tabTo("secret-another");
    await page.press("Enter");
    await until(
      "another secret",
      () => page.text("secret-hex"),
      (hex) => hex !== before,
    );
  });
  it("the focus can be seen wherever it goes", async () => {
    await start();
    const reached = new Set<string>();
    const unseen: string[] = [];
    // Once around: after that some browsers have the focus outside of the page.
    for (;;) {
      await page.press("Tab");
      const [name, seen] = await page.run(() => {
        const element = globalThis.document.activeElement!;
        const { outlineStyle, outlineWidth } = globalThis.getComputedStyle(element);
        return [element.id || element.tagName, outlineStyle !== "none" && parseFloat(outlineWidth) >= 1] as const;
      });
      if (reached.has(name) || name === "BODY") break;
      reached.add(name);
      if (!seen) unseen.push(name);
    }
    ok(reached.size >= 12, [...reached].join(" "));
    deepEqual(unseen, []);
  });
}
