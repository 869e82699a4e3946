// Everything that mintmark says it runs on. `sync` says which algorithms must have synchronous forms there, by the start of
// their names; ML-DSA's depend on the runtime's version.
import { chromium, firefox, webkit } from "./browsers.mjs";
import { edgeRoute, middleware, next } from "./next.mjs";
import { bun, deno, node } from "./processes.mjs";
import { workerd } from "./workerd.mjs";

const every = /^(?!ML-DSA)/;
// Its KeyObjects sign and verify, but throw when they are given options beside the key.
const allButPss = /^(?!ML-DSA|PS)/;
const none = /$^/;

const nodes = [20, 22, 24, 26].flatMap((major) => [
  { name: `Node.js ${major}, import`, open: node(major, "main.mjs"), sync: every },
  { name: `Node.js ${major}, require`, open: node(major, "main.cjs"), sync: every },
]);

export const runtimes = [
  // Slow starters first: two run at a time.
  { name: "Firefox", open: firefox, sync: none, page: true, needs: ["firefox-esr"] },
  { name: "Chromium", open: chromium, sync: none, page: true, needs: ["chromium"] },
  { name: "WebKitGTK", open: webkit, sync: none, page: true, needs: ["WebKitWebDriver", "Xvfb"] },
  { name: "Next.js 15, middleware", open: next(15, "/ask", middleware), sync: none },
  { name: "Next.js 16, edge route", open: next(16, "/ask", edgeRoute), sync: none },
  ...nodes,
  { name: "Bun", open: bun, sync: every },
  { name: "Deno", open: deno, sync: every },
  // Since August 2026 its newest compatibility date has nodejs_compat on.
  { name: "workerd with nodejs_compat", open: workerd([]), sync: allButPss },
  { name: "workerd without nodejs_compat", open: workerd(["no_nodejs_compat_v2"]), sync: none },
];
