/**
 * Everything that a browser could be asked to fetch, and every way to run text. Each gives what came of it.
 * Without `isTried` it gives their names alone. The function is sent to the page as it stands here, which is why this is JavaScript that
 * no test runner transforms.
 * @type {(listener: string, isTried: boolean) => [string, string][] | Promise<[string, string][]>}
 */
export const attempts = (listener, isTried) => {
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
  if (!isTried) return Object.keys(all).map((name) => [name, "not tried"]);
  // Later, as a script of the page's own would run: what DevTools evaluates may use eval().
  return new Promise((resolve) => {
    setTimeout(resolve);
  }).then(() => Promise.all(Object.entries(all).map(async ([name, start]) => [name, await outcome(start)])));
};
