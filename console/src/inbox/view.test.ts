import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hrefOf, pathOf, viewOf } from "./view.ts";

describe("a view", () => {
  it.each([
    [{ kind: "mine" }, "/inbox/mine"],
    [{ kind: "closed" }, "/inbox/closed"],
    [{ kind: "queue", queueId: "support" }, "/inbox/queue:support"],
  ] as const)("%j has the address %s", (view, href) => {
    expect(hrefOf(view)).toBe(href);
  });

  it("has an address for each of its conversations", () => {
    expect(hrefOf({ kind: "mine" }, "0123456789abcdef01234567.1")).toBe("/inbox/mine/0123456789abcdef01234567.1");
  });

  it("is read from its path, for every queue id", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,49}$/), (queueId) => {
        expect(viewOf(pathOf({ kind: "queue", queueId }))).toEqual({ kind: "queue", queueId });
      }),
    );
    expect(viewOf("closed")).toEqual({ kind: "closed" });
    expect(viewOf("mine")).toEqual({ kind: "mine" });
  });

  it("is read from a path that a browser has escaped", () => {
    expect(viewOf("queue%3Asupport")).toEqual({ kind: "queue", queueId: "support" });
  });

  it.each(["", "board", "queues", "%", "%zz", "100%"])("is My work items for the unknown path %j", (path) => {
    expect(viewOf(path)).toEqual({ kind: "mine" });
  });
});
