import { describe, expect, it } from "vitest";
import { newOffers, titleOf } from "./attention.ts";

describe("titleOf", () => {
  it.each([
    [[], 0, "Hilo"],
    [["a"], 0, "(1) Hilo"],
    [[], 2, "(2) Hilo"],
    [["a", "b"], 1, "(3) Hilo"],
  ])("counts the offers %j and %d unanswered conversations", (offers, unanswered, title) => {
    expect(titleOf({ offers, unanswered }, "Hilo")).toBe(title);
  });
});

describe("newOffers", () => {
  const offers = (...ids: string[]) => ({ offers: ids, unanswered: 0 });

  it("are the offers that were not there before", () => {
    expect(newOffers(offers("a"), offers("b", "a", "c"))).toEqual(["b", "c"]);
  });

  it("are none when offers have gone", () => {
    expect(newOffers(offers("a", "b"), offers("b"))).toEqual([]);
  });

  it("include an offer that was gone and has come back", () => {
    expect(newOffers(offers(), offers("a"))).toEqual(["a"]);
  });
});
