/** Starts the page: all three tools, without making anything before it is asked for. */

import { startDebugger } from "./debug.ts";
import { find, show } from "./dom.ts";
import { startGenerator } from "./generate.ts";
import { keepTime } from "./members-view.ts";
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
tabs.onFirst("generate", generator.open);
tabs.onFirst("secret", secret.open);
keepTime();

/** Browsers hide cryptography from pages that are neither https nor local: what needs it is not offered. */
function leaveDecoding(): void {
  show(find("insecure", HTMLParagraphElement), true);
  for (const id of ["tab-generate", "tab-secret", "debug-example"]) find(id, HTMLButtonElement).disabled = true;
}
