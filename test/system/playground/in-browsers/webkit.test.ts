import { webkit } from "../../browsers/webkit.mjs";
import { everywhere, testIn } from "./suite.ts";

testIn({
  name: "WebKitGTK",
  open: webkit,
  needs: ["WebKitWebDriver", "Xvfb"],
  algorithms: everywhere,
  widths: [480, 1280],
  height: 560,
  hasColours: false,
  libraries: ["mintmark"],
});
