// A failing listener fails nothing else.
import { describe, expect, it, vi } from "vitest";
import { notify } from "../../../src/base/notify.ts";

describe("notify", () => {
  it("calls the listener with the value, at once", () => {
    const listener = vi.fn();
    void notify(listener, 5);
    expect(listener).toHaveBeenCalledWith(5);
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("full disk");
      },
    ],
    ["is rejected", () => Promise.reject(new Error("full disk"))],
    ["is missing", undefined],
  ])("is fulfilled where the listener %s", async (_, listener) => {
    await expect(notify(listener, 5)).resolves.toBeUndefined();
  });
});
