/** The three tools as tabs (WAI-ARIA Authoring Practices): arrows, Home and End move, one tab stop for all of them. */

import { find } from "./dom.ts";

export type ToolName = "debug" | "generate" | "secret";

const names: readonly ToolName[] = ["debug", "generate", "secret"];

export interface Tabs {
  select(name: ToolName): void;
  /** Calls back when a tool is first opened: nothing is made that nobody looks at. */
  onFirst(name: ToolName, open: () => void): void;
}

export function createTabs(): Tabs {
  const tabs = new Map(
    names.map((name) => [
      name,
      { tab: find(`tab-${name}`, HTMLButtonElement), panel: find(`panel-${name}`, HTMLDivElement) },
    ]),
  );
  const waiting = new Map<ToolName, () => void>();

  function select(selected: ToolName): void {
    for (const [name, { tab, panel }] of tabs) {
      tab.setAttribute("aria-selected", String(name === selected));
      tab.tabIndex = name === selected ? 0 : -1;
      panel.hidden = name !== selected;
    }
    waiting.get(selected)?.();
    waiting.delete(selected);
  }

  function move(event: KeyboardEvent, from: number): void {
    const last = names.length - 1;
    const to = {
      ArrowRight: from === last ? 0 : from + 1,
      ArrowLeft: from === 0 ? last : from - 1,
      Home: 0,
      End: last,
    }[event.key];
    const name = to === undefined ? undefined : names[to];
    const target = name && tabs.get(name)?.tab;
    if (name === undefined || target?.disabled !== false) return;
    event.preventDefault();
    select(name);
    target.focus();
  }

  names.forEach((name, i) => {
    const tab = tabs.get(name)?.tab;
    tab?.addEventListener("click", () => {
      select(name);
    });
    tab?.addEventListener("keydown", (event) => {
      move(event, i);
    });
  });
  return {
    select,
    onFirst: (name, open) => {
      waiting.set(name, open);
    },
  };
}
