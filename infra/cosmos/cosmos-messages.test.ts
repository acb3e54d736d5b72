import type { TwinClock } from "azure-twin/clock";
import { beforeAll, describe, expect, it } from "vitest";
import { BLOCKED_TEXT_SECONDS, blockedMessageOf, inboundMessageOf } from "../../shared/conversation/message.ts";
import { conversationIdOf } from "../../shared/kernel/ids.ts";
import { type CosmosStores, onAzure, useCosmos } from "../../tests/contracts/cosmos-stores.ts";
import { newThreadId } from "../../tests/contracts/sample-ids.ts";
import { sampleText } from "../../tests/fakes/sample-text.ts";

describe.skipIf(onAzure)("a text of a blocked number", () => {
  const cosmos = useCosmos();
  let messages: CosmosStores["messages"];
  let clock: TwinClock;
  beforeAll(() => {
    ({ messages } = cosmos.stores());
    clock = cosmos.clock;
  });

  it("is removed 30 days after it was stored, or was detached from its conversation", async () => {
    const threadId = newThreadId();
    const blocked = blockedMessageOf(sampleText({ id: "blocked" }), threadId);
    const detached = inboundMessageOf(sampleText({ id: "detached" }), threadId, conversationIdOf(threadId, 1));
    const other = inboundMessageOf(sampleText({ id: "other" }), threadId, conversationIdOf(threadId, 1));
    for (const message of [blocked, detached, other]) await messages.create(message);
    await messages.detach(threadId, detached.id, BLOCKED_TEXT_SECONDS);
    const stored = async () => (await messages.ofThread(threadId, { limit: 10 })).items.map(({ id }) => id).toSorted();
    clock.advance((BLOCKED_TEXT_SECONDS - 60) * 1000);
    expect(await stored()).toEqual([blocked.id, detached.id, other.id]);
    clock.advance(61_000);
    expect(await stored()).toEqual([other.id]);
    expect(await messages.find(threadId, blocked.id)).toBeUndefined();
  });
});
