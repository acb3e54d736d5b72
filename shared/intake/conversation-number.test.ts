import { describe, expect, it } from "vitest";
import { conversationNumberFor } from "./conversation-number.ts";

describe("conversationNumberFor", () => {
  it("is 1 for the first text of a thread", () => {
    expect(conversationNumberFor(0, undefined)).toBe(1);
  });

  it.each(["queued", "offered", "active", "waiting", "wrap-up"] as const)(
    "is the number of a conversation that is %s",
    (state) => {
      expect(conversationNumberFor(3, state)).toBe(3);
    },
  );

  it("is the next number after a closed conversation", () => {
    expect(conversationNumberFor(3, "closed")).toBe(4);
  });

  it("is the number of a conversation that the thread names and that was never written", () => {
    expect(conversationNumberFor(3, undefined)).toBe(3);
  });
});
