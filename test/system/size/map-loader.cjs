// webpack does not read the maps of what it bundles by itself.
const { existsSync, readFileSync } = require("node:fs");

module.exports = function (code) {
  const map = `${this.resourcePath}.map`;
  this.callback(null, code, existsSync(map) ? JSON.parse(readFileSync(map, "utf8")) : undefined);
};
