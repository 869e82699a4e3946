// WebKitGTK of Debian, through its own driver: W3C WebDriver in plain requests (https://www.w3.org/TR/webdriver2/).
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { removeFolder } from "../folders.mjs";
import { freePort } from "../ports.mjs";

const elementKey = "element-6066-11e4-a52e-4f735466cecf";
/** Keys that have no character (WebDriver §17.4.2). */
const keyCodes = {
  Tab: "\ue004",
  Enter: "\ue007",
  " ": " ",
  ArrowLeft: "\ue012",
  ArrowRight: "\ue014",
  ArrowDown: "\ue015",
  Home: "\ue011",
  End: "\ue010",
};
const control = "\ue009";

/** @type {(surroundings?: import("./page.ts").Surroundings) => Promise<import("./page.ts").Page>} */
export async function webkit({ proxyPort, answersWithin = 120_000 } = {}) {
  const driver = await startDriver();
  try {
    return await open(driver, proxyPort, answersWithin);
  } catch (error) {
    await driver.stop();
    throw error;
  }
}

async function open({ send, stop }, proxyPort, answersWithin) {
  const proxy = { proxyType: "manual", httpProxy: `127.0.0.1:${proxyPort}`, noProxy: ["127.0.0.1"] };
  const timeouts = { script: answersWithin, pageLoad: 60_000 };
  const { sessionId, capabilities } = await send("POST", "/session", {
    capabilities: { alwaysMatch: { ...(proxyPort !== undefined && { proxy }), timeouts } },
  });
  const session = `/session/${sessionId}`;

  const actOnKeys = (actions) =>
    send("POST", `${session}/actions`, { actions: [{ type: "key", id: "keyboard", actions }] });
  const pressKeys = (values) =>
    actOnKeys(
      values.flatMap((value) => [
        { type: "keyDown", value },
        { type: "keyUp", value },
      ]),
    );
  const pathOf = async (selector) => {
    const { [elementKey]: element } = await send("POST", `${session}/element`, {
      using: "css selector",
      value: selector,
    });
    return `${session}/element/${element}`;
  };

  return {
    version: capabilities.browserVersion,
    goto: (url) => send("POST", `${session}/url`, { url }),
    async run(body, ...args) {
      const script = `const done = arguments[arguments.length - 1]; (async (args) => (${body})(...args))(arguments[0]).then((value) => done({ value }), (error) => done({ error: String(error) }));`;
      const { value, error } = await send("POST", `${session}/execute/async`, { script, args: [args] });
      if (error !== undefined) throw new Error(error);
      return value ?? undefined;
    },
    addScript: (source) => send("POST", `${session}/execute/sync`, { script: source, args: [] }),
    click: async (selector) => send("POST", `${await pathOf(selector)}/click`, {}),
    press: (...keys) => pressKeys(keys.map((key) => keyCodes[key])),
    type: (text) => pressKeys([...text]),
    paste: () =>
      actOnKeys([
        { type: "keyDown", value: control },
        { type: "keyDown", value: "v" },
        { type: "keyUp", value: "v" },
        { type: "keyUp", value: control },
      ]),
    resize: (width, height) => send("POST", `${session}/window/rect`, { x: 0, y: 0, width, height }),
    // Of an element: a picture of the window is not always given.
    screenshot: async () => Buffer.from(await send("GET", `${await pathOf("body")}/screenshot`), "base64"),
    async close() {
      await send("DELETE", session).catch(() => undefined); // a session whose page ended is gone already
      await stop();
    },
  };
}

/** Starts the driver on a screen and with a home of its own, which go when it is stopped. */
async function startDriver() {
  // Descriptor 3 says which display is free.
  const screen = spawn("Xvfb", ["-displayfd", "3", "-nolisten", "tcp", "-screen", "0", "1400x1000x24"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const display = await firstLine(screen.stdio[3]);
  // It does not say which port it took.
  const port = await freePort();
  const home = mkdtempSync(join(tmpdir(), "mintmark-webkit-"));
  const driver = spawn("WebKitWebDriver", [`--port=${port}`], {
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...process.env,
      DISPLAY: `:${display}`,
      HOME: home,
      LIBGL_ALWAYS_SOFTWARE: "1",
      WEBKIT_DISABLE_COMPOSITING_MODE: "1",
    },
  });
  const kill = () => {
    for (const program of [driver, screen]) program.kill();
  };
  const atExit = () => {
    kill();
    removeFolder(home);
  };
  process.once("exit", atExit);

  const send = async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`WebKitWebDriver: ${value.error} ${value.message}`);
    return value;
  };
  const stop = async () => {
    const ended = Promise.all([driver, screen].map(hasEnded));
    kill();
    await ended;
    process.off("exit", atExit);
    removeFolder(home);
  };
  try {
    await started(() => send("GET", "/status"));
  } catch (error) {
    await stop();
    throw error;
  }
  return { send, stop };
}

const hasEnded = async (child) => {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
};

async function firstLine(stream) {
  for await (const line of createInterface(stream)) return line;
  throw new Error("Xvfb did not start");
}

async function started(ask) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === 100) throw error;
      await sleep(100);
    }
  }
}
