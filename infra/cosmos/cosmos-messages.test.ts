import { expect, it } from "vitest";
import { threadOf } from "../../shared/kernel/ids.ts";
import { onAzure, useCosmos } from "../../tests/contracts/cosmos-stores.ts";
import { at, newConversationId, newMessageId } from "../../tests/contracts/sample-ids.ts";

const cosmos = useCosmos();

it.skipIf(onAzure)("records a delivery while another report corrects an unconfirmed failure", async () => {
  const { messages } = cosmos.stores();
  const conversationId = newConversationId();
  const threadId = threadOf(conversationId);
  const id = newMessageId();
  await messages.create({
    id,
    threadId,
    conversationId,
    direction: "outbound",
    state: "queued",
    text: "Hello",
    segments: 1,
    createdAt: at(0),
    stateChangedAt: at(0),
  });
  await messages.advanceDelivery(threadId, id, { state: "failed", failure: "outcome-unknown", at: at(1) });
  // The report that it was sent is processed after the delivery was refused as a further state of a failed reply.
  let patches = 0;
  const removeListener = cosmos.twin.onOperation(async (stage, { kind, id: patched }) => {
    if (stage !== "before" || kind !== "patch" || patched !== id) return;
    patches += 1;
    if (patches === 2) await messages.advanceDelivery(threadId, id, { state: "sent", at: at(2) });
  });
  expect(await messages.advanceDelivery(threadId, id, { state: "delivered", at: at(3) })).toMatchObject({
    state: "delivered",
  });
  removeListener();
  expect(await messages.find(threadId, id)).toMatchObject({ state: "delivered" });
});
