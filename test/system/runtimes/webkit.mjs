// WebKitGTK of Debian, through its own driver: W3C WebDriver in plain requests (https://www.w3.org/TR/webdriver2/).
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { folder } from "./project.mjs";
import { pageFor, servePages } from "./pages.mjs";

export async function webkit(project) {
  const pages = await servePages(project);
  // Descriptor 3 says which display is free.
  const screen = spawn("Xvfb", ["-displayfd", "3", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const display = await firstLine(screen.stdio[3]);
  const port = await freePort();
  const environment = {
    ...process.env,
    DISPLAY: `:${display}`,
    HOME: folder("webkit"),
    LIBGL_ALWAYS_SOFTWARE: "1",
    WEBKIT_DISABLE_COMPOSITING_MODE: "1",
  };
  const driver = spawn("WebKitWebDriver", [`--port=${port}`], {
    stdio: ["ignore", "ignore", "inherit"],
    env: environment,
  });

  const send = async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`WebKitWebDriver: ${value.error} ${value.message}`);
    return value;
  };
  await started(() => send("GET", "/status"));
  const proxy = { proxyType: "manual", httpProxy: `127.0.0.1:${pages.port}`, noProxy: ["127.0.0.1"] };
  const timeouts = { script: 600_000, pageLoad: 60_000 };
  const { sessionId, capabilities } = await send("POST", "/session", {
    capabilities: { alwaysMatch: { proxy, timeouts } },
  });
  const session = `/session/${sessionId}`;

  return {
    version: capabilities.browserVersion,
    async ask(call, argument) {
      await send("POST", `${session}/url`, { url: pageFor(call, pages.port) });
      const script =
        "const [call, argument, done] = arguments; globalThis.ask(call, argument).then(JSON.stringify).then(done, (error) => done(String(error)));";
      return JSON.parse(await send("POST", `${session}/execute/async`, { script, args: [call, argument ?? null] }));
    },
    async close() {
      await send("DELETE", session).catch(() => undefined); // a session whose page ended is gone already
      driver.kill();
      screen.kill();
      pages.close();
    },
  };
}

async function firstLine(stream) {
  for await (const line of createInterface(stream)) return line;
  throw new Error("Xvfb did not start");
}

/** WebKitWebDriver does not say which port it took, so it is given one that was free a moment ago. */
async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
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
