module.exports = require("mintmark/jsonwebtoken");
