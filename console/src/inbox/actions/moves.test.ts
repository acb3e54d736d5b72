import { describe, expect, it } from "vitest";
import type { Conversation, Me } from "../../api/types.ts";
import { movesFor } from "./moves.ts";

type Item = Pick<Conversation, "state" | "agentId" | "offer">;

const conversation = (item: Item): Conversation => item as Conversation;
const me = (...roles: Me["roles"]): Pick<Me, "id" | "roles"> => ({ id: "ana", roles });
const offerTo = (agentId: string) => ({
  agentId,
  offeredAt: "2026-01-31T09:30:00.000Z",
  expiresAt: "2026-01-31T09:31:00.000Z",
});

const NONE = { usual: [], further: [], canHandOver: false };

describe("movesFor", () => {
  it.each([
    [{ state: "queued" }, { ...NONE, usual: ["pick"] }],
    [
      { state: "offered", offer: offerTo("ana") },
      { ...NONE, usual: ["accept", "decline"] },
    ],
    [
      { state: "active", agentId: "ana" },
      { usual: ["park", "end"], further: ["release"], canHandOver: true },
    ],
    [
      { state: "waiting", agentId: "ana" },
      { usual: ["resume"], further: ["end", "release"], canHandOver: true },
    ],
    [
      { state: "wrap-up", agentId: "ana" },
      { ...NONE, usual: ["finish"] },
    ],
  ] satisfies [Item, object][])("gives the agent of %j these moves", (item, moves) => {
    expect(movesFor(conversation(item), me("Agent"))).toEqual(moves);
  });

  it.each([
    { state: "new" },
    { state: "closed" },
    { state: "offered", offer: offerTo("ben") },
    { state: "active", agentId: "ben" },
    { state: "waiting", agentId: "ben" },
    { state: "wrap-up", agentId: "ben" },
  ] satisfies Item[])("gives an agent no moves with %j", (item) => {
    expect(movesFor(conversation(item), me("Agent"))).toEqual(NONE);
  });

  it.each(["active", "waiting"] as const)("lets a supervisor end and hand over a colleague's that is %s", (state) => {
    const moves = movesFor(conversation({ state, agentId: "ben" }), me("Supervisor"));
    expect(moves).toEqual({ usual: [], further: ["end"], canHandOver: true });
  });

  it("gives a supervisor no moves with a colleague's wrap-up", () => {
    expect(movesFor(conversation({ state: "wrap-up", agentId: "ben" }), me("Supervisor"))).toEqual(NONE);
  });
});
