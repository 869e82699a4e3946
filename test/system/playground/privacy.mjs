// Private by force: nothing that runs in the page gets anything out of it, and nothing is kept.
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { check } from "./tally.mjs";
import { listener } from "./serve.mjs";

/** What the built page says, before any browser reads it. */
export async function checkPolicy(page) {
  const [, policy] =
    /^<!doctype html>\s*<html lang="en">\s*<head>\s*<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(
      page,
    ) ?? [];
  await check("page: the policy is first in the head", () => {
    ok(policy);
  });
  await check("page: the policy allows nothing but its own script and style", () => {
    const hash = (tag) =>
      `'sha256-${createHash("sha256")
        .update(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(page)[1])
        .digest("base64")}'`;
    deepEqual(policy.split("; "), [
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
  await check("page: one script, one style, no address but its own icon", () => {
    deepEqual([page.match(/<script/g).length, page.match(/<style/g).length], [1, 1]);
    deepEqual(page.match(/\s(?:src|href|action|srcset|data|poster|ping)="(?!data:|#)[^"]*"/g), null);
    equal(/<(?:a|form|iframe|object|embed|base|img|video|audio)\s(?![^>]*href="#)/.test(page), false);
  });
  await check("page: it promises what a page can keep, and names what its policy cannot block", () => {
    equal(/cannot (?:send|connect)|every connection|anything anywhere/.test(page), false);
    match(page, /Windows, WebRTC and leaving the page, which such a policy cannot block, are switched off/);
  });
  await check("page: nothing that parses HTML, runs text, stores or connects", () => {
    const [, whole] = /<script>([\s\S]*?)<\/script>/.exec(page);
    // The one list of names is of what the page takes away from itself.
    const outlets = '["RTCPeerConnection","webkitRTCPeerConnection","mozRTCPeerConnection","WebTransport","open"]';
    equal(whole.split(outlets).length, 2);
    const script = whole.replace(outlets, "");
    const forbidden =
      /innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|document\.write|DOMParser|setHTML|\beval\(|new Function|localStorage|sessionStorage|indexedDB|document\.cookie|caches\.|serviceWorker|history\.|pushState|location\.|XMLHttpRequest|WebSocket|EventSource|sendBeacon|RTCPeer|\bWorker\(|import\(|postMessage|window\.open/g;
    deepEqual(script.match(forbidden), null);
  });
}

/** Everything that a browser could be asked to fetch, and every way to run text. Each gives what came of it. */
const attempts = (listener) => {
  const { document, navigator } = globalThis;
  const outcome = (start) =>
    new Promise((resolve) => {
      setTimeout(() => {
        resolve("silent");
      }, 1500);
      try {
        Promise.resolve(start(resolve)).then(
          (value) => {
            if (value !== undefined) resolve(String(value));
          },
          (error) => {
            resolve(`refused: ${error.name}`);
          },
        );
      } catch (error) {
        resolve(`refused: ${error.name}`);
      }
    });
  const add = (tag, attributes) => (resolve) => {
    const element = document.createElement(tag);
    element.onload = () => {
      resolve("loaded");
    };
    element.onerror = () => {
      resolve("refused");
    };
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    document.body.append(element);
  };
  const link = (rel, more = {}) => add("link", { rel, href: `${listener}/${rel}`, ...more });
  const all = {
    fetch: () => fetch(`${listener}/fetch`).then(() => "connected"),
    "fetch, no-cors, keepalive": () =>
      fetch(`${listener}/keepalive`, { mode: "no-cors", keepalive: true, method: "POST", body: "x" }).then(
        () => "connected",
      ),
    "fetch of the page's own address": () => fetch(globalThis.location.href).then(() => "connected"),
    XMLHttpRequest: (resolve) => {
      const request = new globalThis.XMLHttpRequest();
      request.onload = () => {
        resolve("connected");
      };
      request.onerror = () => {
        resolve("refused");
      };
      request.open("GET", `${listener}/xhr`);
      request.send();
    },
    sendBeacon: () => {
      navigator.sendBeacon(`${listener}/beacon`, "x");
    },
    WebSocket: (resolve) => {
      const socket = new globalThis.WebSocket(`${listener.replace("http", "ws")}/socket`);
      socket.onopen = () => {
        resolve("connected");
      };
      socket.onerror = () => {
        resolve("refused");
      };
    },
    EventSource: (resolve) => {
      const source = new globalThis.EventSource(`${listener}/events`);
      source.onopen = () => {
        resolve("connected");
      };
      source.onerror = () => {
        source.close();
        resolve("refused");
      };
    },
    image: add("img", { src: `${listener}/image` }),
    video: add("video", { src: `${listener}/video`, preload: "auto" }),
    frame: (resolve) => {
      add("iframe", { src: `${listener}/frame` })(() => undefined);
      setTimeout(resolve, 500, "silent");
    },
    object: add("object", { data: `${listener}/object` }),
    stylesheet: link("stylesheet"),
    preload: link("preload", { as: "fetch" }),
    prefetch: link("prefetch"),
    manifest: link("manifest"),
    "background image": () => {
      document.body.style.backgroundImage = `url(${listener}/background)`;
    },
    font: () => new globalThis.FontFace("leak", `url(${listener}/font)`).load().then(() => "connected"),
    "inline style": () => {
      const style = document.createElement("style");
      style.textContent = "body { outline: 7px solid red }";
      document.body.append(style);
      return globalThis.getComputedStyle(document.body).outlineWidth === "7px" ? "applied" : "refused";
    },
    form: () => {
      const form = document.createElement("form");
      Object.assign(form, { action: `${listener}/form`, method: "post" });
      document.body.append(form);
      form.submit();
    },
    worker: (resolve) => {
      const worker = new globalThis.Worker(URL.createObjectURL(new Blob([`fetch("${listener}/worker")`])));
      worker.onerror = () => {
        resolve("refused");
      };
    },
    "import()": () => import(`${listener}/module.js`).then(() => "connected"),
    "script from elsewhere": add("script", { src: `${listener}/script.js` }),
    "inline script": () => {
      const script = document.createElement("script");
      script.append("globalThis.ran = 1");
      document.body.append(script);
      return globalThis.ran === undefined ? "refused" : "ran";
    },
    innerHTML: () => {
      document.createElement("div").innerHTML = "<b>x</b>";
      return "parsed";
    },
    "document.write": () => {
      document.write("x");
      return "parsed";
    },
    eval: () => (0, eval)("1"),
    "new Function": () => new Function("return 1")(),
    "window.open": () => String(globalThis.open(`${listener}/window`)),
    "window.open, put back": () => {
      globalThis.open = () => undefined;
      return globalThis.open === undefined ? "refused" : "replaced";
    },
    WebRTC: () => {
      new globalThis.RTCPeerConnection();
      return "connected";
    },
    WebTransport: () => {
      new globalThis.WebTransport(`${listener.replace("http", "https")}/transport`);
      return "connected";
    },
    "leaving the page": () => {
      // Where a page has no say in it, it is not tried: the rest would have no page left.
      if (globalThis.navigation === undefined) return;
      globalThis.location.href = `${listener}/leaving`;
    },
    "a link that no person follows": () => {
      if (globalThis.navigation === undefined) return;
      const link = document.createElement("a");
      link.href = `${listener}/link`;
      document.body.append(link);
      link.click();
    },
    "a handler in an attribute": () => {
      const button = document.createElement("button");
      button.setAttribute("onclick", "globalThis.clicked = 1");
      button.click();
      return globalThis.clicked === undefined ? "refused" : "ran";
    },
  };
  // Later, as a script of the page's own would run: what DevTools evaluates may use eval().
  return new Promise((resolve) => {
    setTimeout(resolve);
  }).then(() => Promise.all(Object.entries(all).map(async ([name, start]) => [name, await outcome(start)])));
};

export async function checkContainment(browser, page, server) {
  // Puppeteer's own calls run in the page as any script does, and under its policy.
  const address = await page.run(() => globalThis.location.href);
  const outcomes = await page.run(attempts, listener);
  await sleep(500);
  await check(`${browser}: contained: the page is still there`, async () => {
    equal(await page.run(() => globalThis.location.href), address);
  });
  const asked = server.takeAsked();
  for (const [name, outcome] of outcomes) {
    await check(`${browser}: contained: ${name}`, () => {
      match(outcome, /^(refused|silent)/);
    });
  }
  await check(`${browser}: nobody heard of it`, () => {
    deepEqual(
      asked.filter((one) => /listener\.test|index\.html/.test(one)),
      [],
    );
  });
}

/** After all that was done with the page before. */
export async function checkTraces(browser, page, server, url) {
  const requests = (page.takeRequests?.() ?? []).filter((address) => !address.startsWith("data:"));
  const asked = server.takeAsked();
  await check(`${browser}: no request leaves the page`, () => {
    deepEqual(
      requests.filter((address) => address !== url && !address.startsWith("file:")),
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
  await check(`${browser}: nothing is stored, nothing is in the address`, async () => {
    const traces = await page.run(async () => ({
      address: globalThis.location.href,
      history: globalThis.history.length,
      local: globalThis.localStorage.length,
      session: globalThis.sessionStorage.length,
      cookies: globalThis.document.cookie,
      databases: (await globalThis.indexedDB.databases?.())?.length ?? 0,
      caches: (await globalThis.caches?.keys())?.length ?? 0,
      workers: (await globalThis.navigator.serviceWorker?.getRegistrations())?.length ?? 0,
    }));
    const { history, ...rest } = traces;
    deepEqual(rest, { address: url, local: 0, session: 0, cookies: "", databases: 0, caches: 0, workers: 0 });
    ok(history <= 10, `history of ${history}`);
  });
  await check(`${browser}: no field is spell-checked, completed or translated`, async () => {
    await page.run(() => {
      globalThis.document.getElementById("generate-add").click();
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
