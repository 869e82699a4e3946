// workerd: a question in a POST, its answer in the response.
import * as mintmark from "./node_modules/mintmark/dist/index.js";
import * as jsonwebtoken from "./node_modules/mintmark/dist/jsonwebtoken.js";
import * as mcp from "./node_modules/mintmark/dist/mcp.js";
import * as oauth from "./node_modules/mintmark/dist/oauth.js";
import * as calls from "./conformance.mjs";

export default {
  async fetch(request) {
    const { call, argument } = await request.json();
    return Response.json(await calls[call]({ ...mintmark, jsonwebtoken, oauth, mcp }, argument));
  },
};
