/** Starts the page: the debugger with a token to look at, the other tools when they are asked for. */

import { startDebugger } from "./debug.ts";
import { find, show } from "./dom.ts";
import { startGenerator } from "./generate.ts";
import { keepTime } from "./members-view.ts";
import { linkedToken } from "./linked-token.ts";
import { closeOutlets } from "./outlets.ts";
import { startSecret } from "./secret.ts";
import { createTabs } from "./tabs.ts";
import { startTheme } from "./theme.ts";

closeOutlets();
startTheme();
const tabs = createTabs();
const debug = startDebugger();
const generator = startGenerator((opened) => {
  debug.open(opened);
  tabs.select("debug");
  find("tab-debug", HTMLButtonElement).focus();
});
const secret = startSecret((text, algorithm) => {
  tabs.select("generate");
  generator.use(text, algorithm);
  find("tab-generate", HTMLButtonElement).focus();
});
if (!isSecureContext) leaveDecoding();
openFirst();
addEventListener("hashchange", openFirst);
tabs.onFirst("generate", generator.open);
tabs.onFirst("secret", secret.open);
keepTime();

/** What the address names, or an example: a page that shows nothing explains nothing. */
function openFirst(): void {
  const token = linkedToken(new URL(document.URL).hash);
  if (token !== undefined) debug.openToken(token);
  else if (isSecureContext) debug.openExample();
}

/** Browsers hide cryptography from pages that are neither https nor local: what needs it is not offered. */
function leaveDecoding(): void {
  show(find("insecure", HTMLParagraphElement), true);
  for (const id of ["tab-generate", "tab-secret", "debug-example"]) find(id, HTMLButtonElement).disabled = true;
}
