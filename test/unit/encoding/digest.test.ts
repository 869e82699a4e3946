// SHA-256 by whatever the runtime has: the name of an entry in a store is the same in both forms.
import { createHash } from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import * as platform from "../../../src/base/platform.ts";
import { runAsync, runSync } from "../../../src/base/steps.ts";
import { sha256 } from "../../../src/encoding/digest.ts";

vi.mock("../../../src/base/platform.ts", { spy: true });
afterEach(() => {
  vi.mocked(platform.syncHmac).mockReset();
});

const native = (text: string): string => createHash("sha256").update(text).digest("base64url");

describe.each(["", "abc", "é".repeat(300), "\u{1f511}"])("%j", (text) => {
  it("has one digest, at once, later, and through Web Crypto", async () => {
    expect(runSync(sha256(text))).toBe(native(text));
    expect(await runAsync(() => sha256(text))).toBe(native(text));
    vi.mocked(platform.syncHmac).mockReturnValue(undefined);
    expect(await runAsync(() => sha256(text))).toBe(native(text));
  });
});

it("has no synchronous form without node:crypto", () => {
  vi.mocked(platform.syncHmac).mockReturnValue(undefined);
  expect(() => runSync(sha256("abc"))).toThrow(expect.objectContaining({ code: "sync_unavailable" }) as Error);
});
