import { describe, expect, it } from "vitest";
import { findTokens } from "../../../docs/playground/src/find-tokens.ts";

const header = "eyJhbGciOiJIUzI1NiJ9";
const token = `${header}.eyJzdWIiOiJ1c2VyXzEyMyJ9.c2lnbmF0dXJl`;
const other = `${header}.eyJzdWIiOiJvdGhlciJ9.c2lnbmF0dXJl`;

describe("findTokens", () => {
  it.each([
    ["a bare token", token, ""],
    ["white space around it", `  \n${token}\n`, ""],
    ["a Bearer", `Bearer ${token}`, "Bearer"],
    ["an Authorization header", `authorization: bearer ${token}`, "bearer"],
    ["a DPoP header", `Authorization: DPoP ${token}`, "DPoP"],
    ["a fragment", `https://app.example/cb#id_token=${token}&state=1`, "id_token"],
    ["a query", `/callback?token=${token}`, "token"],
    ["an encoded query", `/login?next=%2Fcb%3Fid_token%3D${token}%26x`, "id_token"],
    ["a cookie", `a=1; session=${token}; b=2`, "session"],
    ["JSON", `{"access_token":"${token}","expires_in":900}`, "access_token"],
    ["a command line", `curl -H "Authorization: Bearer ${token}" https://api.example/`, "Bearer"],
    ["a path", `https://app.example/verify/${token}?x=1`, ""],
    ["a sentence", `The token is ${token}.`, ""],
    ["a header with white space in it", `x ewogImFsZyI6ICJIUzI1NiIgfQ.${token.split(".")[1]}.AA`, ""],
  ])("finds it in %s", (_, text, name) => {
    const [found, ...rest] = findTokens(text);
    expect(rest).toEqual([]);
    expect(found?.token).toMatch(/^e[yw][\w-]+\.[\w-]+\.[\w-]+$/);
    expect(found?.name).toBe(name);
  });

  it("finds several, each once", () => {
    expect(findTokens(`#access_token=${token}&id_token=${other}&again=${token}`)).toEqual([
      { token, name: "access_token" },
      { token: other, name: "id_token" },
    ]);
    expect(findTokens(`${token}\n${other}`).map((found) => found.token)).toEqual([token, other]);
  });

  it("joins one that was broken into lines", () => {
    expect(findTokens(token.replace(/.{20}/g, "$&\r\n  "))).toEqual([{ token, name: "" }]);
  });

  it.each([
    ["cut off", `${header}.eyJzdWIi`],
    ["without its signature", `${header}.eyJzdWIiOiJ1c2VyXzEyMyJ9.`],
    ["padded", `${header}==.eyJzdWIiOiIxIn0=.c2ln`],
    ["in plain base64", `${header}.eyJzdWIiOiI/Pz8+In0.c2+n`],
    ["encrypted", `${header}.a.b.c.d`],
  ])("does not cut a token that is %s", (_, text) => {
    expect(findTokens(text)).toEqual([{ token: text, name: "" }]);
    expect(findTokens(`Bearer ${text}`)).toEqual([{ token: text, name: "Bearer" }]);
  });

  it("takes the text for a token where there is none in it", () => {
    expect(findTokens("hello world")).toEqual([{ token: "hello world", name: "" }]);
    expect(findTokens(" \n ")).toEqual([]);
  });

  it("is quick with long hostile texts", () => {
    const since = performance.now();
    for (const piece of ["eyJ.", "eyJ", "e30.", "eyJ ", "%65", "Bearer ", "id_token="])
      findTokens(`! ${piece.repeat(50_000)}`);
    expect(performance.now() - since).toBeLessThan(2000);
  });
});
