// Private by force: nothing that runs in the page gets anything out of it, and nothing is kept.
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, it } from "vitest";
import { attempts } from "./attempts.mjs";
import type { Playground } from "./playground.ts";
import { listener, type Served } from "./serve.ts";

/** What the built page says, before any browser reads it. */
export function checkPolicy(page: string): void {
  const [, policy] =
    /^<!doctype html>\s*<html lang="en">\s*<head>\s*<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(
      page,
    ) ?? [];
  it("the policy is first in the head", () => {
    ok(policy !== undefined);
  });
  it("the policy allows nothing but its own script and style", () => {
    const hash = (tag: string) =>
      `'sha256-${createHash("sha256")
        .update(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(page)![1]!)
        .digest("base64")}'`;
    deepEqual(policy?.split("; "), [
      "default-src 'none'",
      "connect-src 'none'",
      "form-action 'none'",
      "base-uri 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
      `script-src ${hash("script")}`,
      `style-src ${hash("style")}`,
      "img-src data:",
    ]);
  });
  it("one script, one style, no address but its own icon", () => {
    deepEqual([page.match(/<script/g)?.length, page.match(/<style/g)?.length], [1, 1]);
    deepEqual(page.match(/\s(?:src|href|action|srcset|data|poster|ping)="(?!data:|#)[^"]*"/g), null);
    equal(/<(?:a|form|iframe|object|embed|base|img|video|audio)\s(?![^>]*href="#)/.test(page), false);
  });
  it("it promises what a page can keep, and names what its policy cannot block", () => {
    equal(/cannot (?:send|connect)|every connection|anything anywhere/.test(page), false);
    match(page, /Windows, WebRTC and leaving the page, which such a policy cannot block, are switched off/);
  });
  it("nothing that parses HTML, runs text, stores or connects", () => {
    const whole = /<script>([\s\S]*?)<\/script>/.exec(page)![1]!;
    // The one list of names is of what the page takes away from itself.
    const outlets = '["RTCPeerConnection","webkitRTCPeerConnection","mozRTCPeerConnection","WebTransport","open"]';
    equal(whole.split(outlets).length, 2);
    const script = whole.replace(outlets, "");
    const forbidden =
      /innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|document\.write|DOMParser|setHTML|\beval\(|new Function|localStorage|sessionStorage|indexedDB|document\.cookie|caches\.|serviceWorker|history\.|pushState|location\.|XMLHttpRequest|WebSocket|EventSource|sendBeacon|RTCPeer|\bWorker\(|import\(|postMessage|window\.open/g;
    deepEqual(script.match(forbidden), null);
  });
}

export async function checkContainment(page: Playground, server: Served): Promise<void> {
  const names = (await attempts(listener, false)).map(([name]) => name);
  let asked: readonly string[];
  let outcomes: ReadonlyMap<string, string>;
  beforeAll(async () => {
    await page.goto(server.url);
    server.takeAsked();
    // Puppeteer's own calls run in the page as any script does, and under its policy.
    outcomes = new Map(await page.run(attempts, listener, true));
    await sleep(500);
  });
  it("contained: the page is still there", async () => {
    equal(await page.run(() => globalThis.location.href), server.url);
    asked = server.takeAsked();
  });
  it.each(names)("contained: %s", (name) => {
    // No word of a helper that only the test runner knows.
    expect(outcomes.get(name)).toMatch(/^(?:refused(?!.*ReferenceError)|silent)/);
  });
  it("nobody heard of it", () => {
    deepEqual(
      asked.filter((one) => /listener\.test|index\.html/.test(one)),
      [],
    );
  });
}

/** After all that was done with the page before. */
export function checkTraces(page: Playground, server: Served): void {
  let requests: readonly string[];
  let asked: readonly string[];
  beforeAll(() => {
    requests = (page.takeRequests?.() ?? []).filter((address) => !address.startsWith("data:"));
    asked = server.takeAsked();
  });
  it("no request leaves the page", () => {
    deepEqual(
      requests.filter((address) => address !== server.url && !address.startsWith("file:")),
      [],
    );
    // WebKitGTK asks for nothing of its own; the other two browsers do, by CONNECT to their makers.
    deepEqual(
      asked.filter(
        (one) =>
          (page.takeRequests === undefined ? true : /127\.0\.0\.1|\.test/.test(one)) &&
          one !== "GET 127.0.0.1/index.html",
      ),
      [],
    );
  });
  it("nothing is stored, nothing is in the address", async () => {
    // Not every browser has all of them.
    const traces = await page.run(async () => ({
      address: globalThis.location.href,
      history: globalThis.history.length,
      local: globalThis.localStorage.length,
      session: globalThis.sessionStorage.length,
      cookies: globalThis.document.cookie,
      databases: (await (globalThis.indexedDB as Partial<IDBFactory>).databases?.())?.length ?? 0,
      caches: (await (globalThis as { caches?: CacheStorage }).caches?.keys())?.length ?? 0,
      workers:
        (await (globalThis.navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker?.getRegistrations())
          ?.length ?? 0,
    }));
    const { history, ...rest } = traces;
    deepEqual(rest, { address: server.url, local: 0, session: 0, cookies: "", databases: 0, caches: 0, workers: 0 });
    ok(history <= 10, `history of ${history}`);
  });
  it("no field is spell-checked, completed or translated", async () => {
    await page.run(() => {
      globalThis.document.getElementById("generate-add")!.click();
    });
    const fields = await page.run(() =>
      Array.from(globalThis.document.querySelectorAll("textarea, input:not([type])"), (field) =>
        [
          field.id || "a claim",
          field.getAttribute("spellcheck"),
          field.getAttribute("autocomplete"),
          field.getAttribute("autocapitalize"),
          field.getAttribute("autocorrect"),
          field.getAttribute("writingsuggestions"),
          field.getAttribute("translate"),
        ].join(" "),
      ),
    );
    ok(fields.length >= 15, `${fields.length} fields`);
    deepEqual(
      fields.filter((field) => !field.endsWith(" false off off off false no")),
      [],
    );
  });
}
