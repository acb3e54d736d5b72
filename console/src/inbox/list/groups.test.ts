import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Conversation } from "../../api/types.ts";
import { GROUPS, grouped, inOrder } from "./groups.ts";

type Item = Pick<Conversation, "id" | "state" | "awaitsReply" | "stateChangedAt" | "waitingSince">;

const conversation = (item: Partial<Item>): Conversation =>
  ({
    id: "1",
    state: "active",
    awaitsReply: false,
    stateChangedAt: "2026-01-31T09:30:00.000Z",
    ...item,
  }) as Conversation;

const idsOf = (items: readonly Conversation[]): readonly string[] => items.map(({ id }) => id);

const anyItems = fc
  .array(
    fc.record({
      state: fc.constantFrom("offered" as const, "active" as const, "waiting" as const, "wrap-up" as const),
      awaitsReply: fc.boolean(),
      second: fc.integer({ min: 10, max: 59 }),
    }),
  )
  .map((all) =>
    all.map(({ second, ...item }, index) =>
      conversation({ id: String(index), stateChangedAt: `2026-01-31T09:30:${second}.000Z`, ...item }),
    ),
  );

describe("grouped", () => {
  it.each([
    ["offered", { state: "offered" }],
    ["answerNow", { state: "active", awaitsReply: true }],
    ["waitingForCustomer", { state: "active", awaitsReply: false }],
    ["wrapUp", { state: "wrap-up" }],
    ["parked", { state: "waiting" }],
    ["parked", { state: "waiting", awaitsReply: true }],
  ] as const)("puts into %s a conversation with %j", (group, item) => {
    const groups = grouped([conversation(item)]);
    expect(GROUPS.filter((name) => groups[name].length > 0)).toEqual([group]);
  });

  it.each(["new", "queued", "closed"] as const)("leaves out a conversation that is %s", (state) => {
    expect(Object.values(grouped([conversation({ state })])).flat()).toEqual([]);
  });

  it("puts the customer first who began to wait first, not the one who texted last", () => {
    const items = [
      conversation({ id: "late", awaitsReply: true, waitingSince: "2026-01-31T09:31:00.000Z" }),
      conversation({ id: "early", awaitsReply: true, waitingSince: "2026-01-31T09:29:00.000Z" }),
    ];
    expect(idsOf(grouped(items).answerNow)).toEqual(["early", "late"]);
  });

  it("orders conversations in which no reply is due by their last move", () => {
    const items = [
      conversation({ id: "late", stateChangedAt: "2026-01-31T09:31:00.000Z" }),
      conversation({ id: "early", stateChangedAt: "2026-01-31T09:29:00.000Z" }),
    ];
    expect(idsOf(grouped(items).waitingForCustomer)).toEqual(["early", "late"]);
  });
});

describe("inOrder", () => {
  it("shows every conversation of an agent once, group by group", () => {
    fc.assert(
      fc.property(anyItems, (items) => {
        const groups = grouped(items);
        const shown = inOrder(items);
        expect(shown).toEqual(GROUPS.flatMap((name) => groups[name]));
        expect(new Set(shown)).toEqual(new Set(items));
        expect(shown.length).toBe(items.length);
      }),
    );
  });
});
