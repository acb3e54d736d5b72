import { describe, expect, it } from "vitest";
import { makeFakes } from "../../tests/fakes/fakes.ts";
import { sampleConversation } from "../../tests/fakes/sample-conversation.ts";
import { TransientError } from "../kernel/errors.ts";
import { changeConversation } from "./change-conversation.ts";
import type { ConversationState } from "./conversation.ts";

const { id } = sampleConversation("active");
const optOut = { kind: "consent-known", optedOut: true } as const;

const given = (state: ConversationState) => {
  const fakes = makeFakes();
  fakes.conversations.seed(sampleConversation(state));
  return fakes;
};

describe("changeConversation", () => {
  it("writes the change and returns the conversation with its new etag", async () => {
    const fakes = given("active");
    const change = await changeConversation(fakes, id, optOut);
    const stored = await fakes.conversations.find(id);
    expect(stored?.value.optedOut).toBe(true);
    expect(change).toEqual({ kind: "changed", conversation: stored?.value, etag: stored?.etag });
  });

  it("writes nothing when nothing changes", async () => {
    const fakes = given("active");
    const before = await fakes.conversations.find(id);
    const change = await changeConversation(fakes, id, { ...optOut, optedOut: false });
    expect(change).toEqual({ kind: "changed", conversation: before?.value, etag: before?.etag });
    expect(await fakes.conversations.find(id)).toEqual(before);
  });

  it("keeps what another writer changed between its read and its write", async () => {
    const fakes = given("active");
    const read = (await fakes.conversations.find(id)) ?? expect.fail();
    await fakes.conversations.replace(read, { ...read.value, preview: "newer" });
    await changeConversation(fakes, read, optOut);
    expect(fakes.conversations.all()).toMatchObject([{ preview: "newer", optedOut: true }]);
  });

  it("does not change a newer version when the caller requires the one that it read", async () => {
    const fakes = given("active");
    const read = (await fakes.conversations.find(id)) ?? expect.fail();
    await fakes.conversations.replace(read, { ...read.value, preview: "newer" });
    expect(await changeConversation(fakes, { ...read, isOnlyVersion: true }, optOut)).toEqual({ kind: "stale" });
    expect(fakes.conversations.all()).toMatchObject([{ preview: "newer", optedOut: false }]);
  });

  it("returns the conflict of a closed conversation", async () => {
    expect(await changeConversation(given("closed"), id, optOut)).toEqual({ kind: "conflict", state: "closed" });
  });

  it("returns not-found for a conversation that does not exist", async () => {
    expect(await changeConversation(makeFakes(), id, optOut)).toEqual({ kind: "not-found" });
  });

  it("throws a TransientError when the conversation changes at every attempt", async () => {
    const fakes = given("active");
    let changes = 0;
    fakes.hooks.before = (operation) => {
      if (operation !== "conversations.replace") return;
      changes += 1;
      fakes.conversations.seed(sampleConversation("active", { preview: `change ${changes}` }));
    };
    await expect(changeConversation(fakes, id, optOut)).rejects.toThrow(TransientError);
  });
});
