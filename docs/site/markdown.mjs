// What the site does to Markdown beyond VitePress: links as addressOf has them, and tables that can be read on a telephone.
import { addressOf } from "./addresses.mjs";
import { docs } from "./pages.mjs";

/** The anchor of a heading, as forges make it: links are written for both. */
export function slugify(text) {
  return text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");
}

/** @param {import("markdown-it").default} md */
export function extend(md) {
  md.core.ruler.push("addresses", ({ tokens, env }) => {
    for (const { children } of tokens) if (children) relink(children, pathOf(env));
  });
  md.core.ruler.push("tables", ({ tokens }) => {
    labelCells(tokens);
  });
}

/** Within docs/. */
function pathOf(env) {
  const path = (env.realPath ?? env.path ?? "").replaceAll("\\", "/");
  return path.startsWith(docs) ? path.slice(docs.length) : (env.relativePath ?? "");
}

function relink(children, from) {
  const open = [];
  for (const token of children) {
    if (token.type === "link_open") {
      const href = addressOf(token.attrGet("href") ?? "", from);
      open.push(href);
      if (href === undefined) [token.type, token.tag, token.attrs] = ["em_open", "span", null];
      else token.attrSet("href", href);
    } else if (token.type === "link_close" && open.pop() === undefined) {
      [token.type, token.tag] = ["em_close", "span"];
    }
  }
}

/** On a narrow screen a row is a list, and each of its cells says which column it is of. Roles, since a table shown as a list has none. */
function labelCells(tokens) {
  const role = { table_open: "table", tr_open: "row", th_open: "columnheader", td_open: "cell" };
  let labels = [];
  let column = 0;
  let head;
  for (const [at, token] of tokens.entries()) {
    if (token.type === "table_open") labels = [];
    // VitePress writes the tag of the table by itself, without a class.
    if (token.type === "thead_open") head = token;
    if (token.type === "thead_close" && column >= manyColumns) head.attrJoin("class", "wide");
    if (token.type === "th_open") column++;
    if (token.type === "tr_open") column = 0;
    if (/^th_(?:open|close)$/.test(token.type) && isEmptyHeading(tokens, at)) token.tag = "td";
    else if (token.type in role) token.attrSet("role", role[token.type]);
    if (token.type === "thead_open" || token.type === "tbody_open") token.attrSet("role", "rowgroup");
    if (token.type === "th_open") labels.push(textOf(tokens[at + 1]));
    if (token.type === "td_open") {
      if (column > 0 && labels[column] !== "") token.attrSet("data-label", labels[column]);
      if (tokens[at + 1].content === "") token.attrJoin("class", "empty");
      column++;
    }
    if (token.type === "th_open" || token.type === "td_open") keepShortCode(tokens[at + 1]);
  }
}

/** A name in a cell stays on one line. Longer code may go on below: the column would be too wide for the others. */
function keepShortCode({ children }) {
  for (const token of children ?? [])
    if (token.type === "code_inline" && token.content.length <= maxShortCode) token.attrJoin("class", "short");
}

const maxShortCode = 22;

/** So many columns have no room for whole words. */
const manyColumns = 5;

/** A heading that says nothing is none. */
function isEmptyHeading(tokens, at) {
  const inline = tokens[tokens[at].type === "th_open" ? at + 1 : at - 1];
  return inline.content === "";
}

function textOf({ children }) {
  return (children ?? []).map(({ content }) => content).join("");
}
