import { firefox } from "../../browsers/puppeteer.mjs";
import { everywhere, testIn } from "./suite.ts";

testIn({
  name: "Firefox",
  open: firefox,
  needs: ["firefox-esr"],
  algorithms: everywhere,
  widths: [320, 360, 1280],
  height: 900,
  hasColours: false,
  libraries: ["mintmark"],
});
