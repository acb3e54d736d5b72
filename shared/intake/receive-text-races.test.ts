import { describe, expect, it } from "vitest";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { inAnyOrder } from "../../tests/fakes/interleave.ts";
import { sampleThreadId } from "../../tests/fakes/sample-conversation.ts";
import { sampleText } from "../../tests/fakes/sample-text.ts";
import type { MoveEvent } from "../conversation/transition/transition.ts";
import { agentIdSchema, conversationIdOf, workItemIdOf } from "../kernel/ids.ts";
import { addSeconds } from "../kernel/instant.ts";
import { moveConversation } from "../routing/move-conversation.ts";
import { reply } from "../sending/reply.ts";
import { receiveText } from "./receive-text.ts";

const threadId = sampleThreadId();
const first = conversationIdOf(threadId, 1);
const agentId = agentIdSchema.parse("agent-a");
const START = sampleText().receivedAt;

const say =
  (n: number, text = `text ${n}`) =>
  (fakes: Fakes) =>
    receiveText(fakes, sampleText({ id: `text-${n}`, text, receivedAt: addSeconds(START, n) }));

/** Delivers a text until it is processed, as Event Grid does. */
const sayUntilProcessed = (n: number, text: string) => async (fakes: Fakes) => {
  while (!(await say(n, text)(fakes).catch(() => undefined)));
};

const apply = (event: MoveEvent) => (fakes: Fakes) => moveConversation(fakes, first, event);

const withConversation =
  (...events: readonly MoveEvent[]) =>
  async () => {
    const fakes = makeFakes();
    await say(0)(fakes);
    for (const event of events) await apply(event)(fakes);
    return fakes;
  };

/** The conversation of each text, by the messages and by the conversations. */
const places = ({ messages, conversations }: Fakes) => ({
  ofMessages: messages.all().map(({ id, conversationId }) => `${id} in ${conversationId}`),
  ofConversations: conversations.all().flatMap(({ id, textIds }) => textIds.map((text) => `${text} in ${id}`)),
});

const expectEachTextInOnePlace = (fakes: Fakes, texts: number) => {
  const { ofMessages, ofConversations } = places(fakes);
  expect(ofMessages).toHaveLength(texts);
  expect(ofConversations.toSorted()).toEqual(ofMessages.toSorted());
};

const expectRouted = ({ conversations, jobs }: Fakes) => {
  const known = jobs.workItems.map(({ conversationId, epoch }) => workItemIdOf(conversationId, epoch));
  for (const { state, id, epoch } of conversations.all()) {
    if (state === "queued") expect(known).toContain(workItemIdOf(id, epoch));
  }
};

const pick = { kind: "pick", queueId: "support", agentId } as const;

describe("concurrent texts", () => {
  it("open one conversation when they are the first texts", async () => {
    await inAnyOrder(
      async () => makeFakes(),
      [say(1), say(2), say(3)],
      async (fakes) => {
        expect(fakes.conversations.all()).toMatchObject([{ id: first, state: "queued", epoch: 1 }]);
        expectEachTextInOnePlace(fakes, 3);
        expectRouted(fakes);
        expect((await fakes.threads.find(threadId))?.value.lastNumber).toBe(1);
      },
    );
  });

  it("are one text when they are deliveries of the same event", async () => {
    await inAnyOrder(
      async () => makeFakes(),
      [say(1), say(1), say(1)],
      (fakes) => {
        expect(fakes.conversations.all()).toMatchObject([{ id: first, textIds: ["acs:text-1"] }]);
        expectEachTextInOnePlace(fakes, 1);
        expectRouted(fakes);
      },
    );
  });

  it("open one conversation when the last one has closed", async () => {
    await inAnyOrder(withConversation({ kind: "close" }), [say(1), say(2)], (fakes) => {
      expect(fakes.conversations.all()).toHaveLength(2);
      expectEachTextInOnePlace(fakes, 3);
      expectRouted(fakes);
    });
  });

  it("return a parked conversation to its queue once", async () => {
    await inAnyOrder(withConversation(pick, { kind: "park", agentId }), [say(1), say(2)], (fakes) => {
      expect(fakes.conversations.all()).toMatchObject([{ state: "queued", epoch: 2 }]);
      expectEachTextInOnePlace(fakes, 3);
      expectRouted(fakes);
    });
  });

  it.each([
    ["closes", { kind: "close" }],
    ["is parked", { kind: "park", agentId }],
    ["ends", { kind: "end", agentId, wrapUpSeconds: 60 }],
    ["is released", { kind: "release", agentId }],
  ] as const)("are in one conversation each when the conversation %s at that moment", async (_, event) => {
    await inAnyOrder(withConversation(pick), [say(1), apply(event), say(2)], (fakes) => {
      expectEachTextInOnePlace(fakes, 3);
      expectRouted(fakes);
    });
  });
});

describe("concurrent keywords and texts", () => {
  /** The outcome of a reply afterwards. */
  const replyTo = async (fakes: Fakes) => {
    await apply(pick)(fakes);
    return (await reply(fakes, { conversationId: first, agentId, text: "hello" })).kind;
  };
  const CASES = [
    ["STOP", "START", "recipient-opted-out"],
    ["START", "STOP", "queued"],
  ] as const;

  it.each(CASES)(
    "leave the consent of the last keyword in a conversation that opens: %s",
    async (last, before, kind) => {
      const acts = [say(1), sayUntilProcessed(2, before), sayUntilProcessed(3, last)];
      await inAnyOrder(
        async () => makeFakes(),
        acts,
        async (fakes) => {
          expect(await replyTo(fakes)).toBe(kind);
        },
      );
    },
  );

  it.each(CASES)("leave the consent of the last keyword in an open conversation: %s", async (last, before, kind) => {
    await inAnyOrder(
      withConversation(pick),
      [sayUntilProcessed(2, before), sayUntilProcessed(3, last)],
      async (fakes) => {
        expect(await replyTo(fakes)).toBe(kind);
      },
    );
  });
});
