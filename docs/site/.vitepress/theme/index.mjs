// VitePress' own theme, without its fonts: the system's are there already.
import { useData, withBase } from "vitepress";
import DefaultTheme from "vitepress/theme-without-fonts";
import { h, onMounted, ref } from "vue";
import { data as figures } from "./figures.data.mjs";
import "./style.css";

const Figures = () =>
  h(
    "ul",
    { class: "figures", "aria-label": "Measured" },
    figures.map(({ value, text, command, page }) =>
      h("li", [
        h("strong", value),
        h("span", text),
        h("a", { href: withBase(page), "aria-label": `${command}: how it was measured` }, h("code", command)),
      ]),
    ),
  );

/** The playground in a frame; what stands behind "#" is for it, and is not sent to any server. */
const Playground = {
  setup() {
    const address = ref("");
    onMounted(() => {
      address.value = `${withBase("/app/playground.html")}${globalThis.location.hash}`;
    });
    return () =>
      h("div", { class: "frame" }, [
        address.value === "" ? undefined : h("iframe", { src: address.value, title: "The playground" }),
      ]);
  },
};

const NotFound = () =>
  h("main", { class: "not-found vp-doc" }, [
    h("h1", "No such page"),
    h("p", "It may have moved. The search above knows every page."),
    h("p", h("a", { href: withBase("/") }, "To the front page")),
  ]);

const Layout = {
  setup() {
    const { page } = useData();
    return () =>
      h(DefaultTheme.Layout, null, {
        "doc-before": () => (page.value.relativePath === "playground.md" ? h(Playground) : undefined),
        "not-found": () => h(NotFound),
      });
  },
};

export default {
  extends: DefaultTheme,
  Layout,
  enhanceApp({ app }) {
    app.component("Figures", Figures);
  },
};
