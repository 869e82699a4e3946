import { chromium } from "../../browsers/puppeteer.mjs";
import { everywhere, testIn } from "./suite.ts";

testIn({
  name: "Chromium",
  open: chromium,
  needs: ["chromium"],
  algorithms: [...everywhere, "ML-DSA-44", "ML-DSA-65", "ML-DSA-87"],
  widths: [320, 360, 1280],
  height: 900,
  hasColours: true,
  libraries: ["mintmark", "jose", "jsonwebtoken", "PyJWT"],
});
