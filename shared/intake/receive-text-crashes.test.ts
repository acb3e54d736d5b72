import { describe, expect, it } from "vitest";
import { afterEveryCrash } from "../../tests/fakes/crash.ts";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { sampleThreadId } from "../../tests/fakes/sample-conversation.ts";
import { sampleText } from "../../tests/fakes/sample-text.ts";
import type { MoveEvent } from "../conversation/transition/transition.ts";
import { agentIdSchema, conversationIdOf } from "../kernel/ids.ts";
import { addSeconds } from "../kernel/instant.ts";
import { moveConversation } from "../routing/move-conversation.ts";
import { receiveText } from "./receive-text.ts";

const first = conversationIdOf(sampleThreadId(), 1);
const agentId = agentIdSchema.parse("agent-a");
const START = sampleText().receivedAt;

const say = (text: string, n: number) => sampleText({ id: `text-${n}`, text, receivedAt: addSeconds(START, n) });

/** The state after these texts, and after these events of the first conversation. */
const after = async (said: readonly string[], events: readonly MoveEvent[]): Promise<Fakes> => {
  const fakes = makeFakes();
  for (const [n, text] of said.entries()) await receiveText(fakes, say(text, n));
  for (const event of events) await moveConversation(fakes, first, event);
  return fakes;
};

/** The state that a text leaves. A work item may be enqueued twice. */
const stateOf = async ({ messages, conversations, threads, agents, jobs }: Fakes) => ({
  messages: messages.all(),
  conversations: conversations.all(),
  thread: (await threads.find(sampleThreadId()))?.value,
  agents: agents.all(),
  workItems: new Set(jobs.workItems.map(({ conversationId, epoch }) => `${conversationId}-${epoch}`)),
});

const pick = { kind: "pick", queueId: "support", agentId } as const;
const park = { kind: "park", agentId } as const;
const end = { kind: "end", agentId, wrapUpSeconds: 60 } as const;
const close = { kind: "close" } as const;

describe.each([
  ["opens a thread", [], [], "hello", 4],
  ["opens the next conversation", ["hello"], [close], "again", 4],
  ["joins one that is queued", ["hello"], [], "and", 2],
  ["joins one that is active", ["hello"], [pick], "and", 2],
  ["returns a parked one to its queue", ["hello"], [pick, park], "and", 3],
  ["returns one in wrap-up to its agent", ["hello"], [pick, end], "thanks", 2],
  ["is STOP as the first text", [], [], "STOP", 2],
  ["is STOP in an open conversation", ["hello"], [pick], "STOP", 3],
  ["is START in an open conversation", ["hello", "STOP"], [pick], "START", 3],
  ["is YES in an open conversation after an opt-out", ["hello", "STOP"], [pick], "YES", 5],
  ["is YES after an opt-out", ["STOP"], [], "YES", 4],
  ["opens a conversation after an opt-out", ["STOP"], [], "but", 4],
] as const)("a text that %s", (_, said, events, text, writes) => {
  it("leaves the same state after a crash at any write and a redelivery", async () => {
    const setUp = () => after(said, events);
    const arrive = (fakes: Fakes) => receiveText(fakes, say(text, said.length));
    const smooth = await setUp();
    await arrive(smooth);
    const expected = await stateOf(smooth);
    const crashes = await afterEveryCrash(setUp, arrive, async (fakes) => {
      expect(await stateOf(fakes)).toEqual(expected);
    });
    expect(crashes).toBe(writes);
  });
});

describe("a text that opens a conversation", () => {
  it("is recorded on the thread first, so that a reply always finds its thread", async () => {
    const fakes = await after(["hello"], [close]);
    const thread = Promise.withResolvers<void>();
    fakes.hooks.before = (operation) => (operation === "threads.replace" ? thread.promise : undefined);
    const received = receiveText(fakes, say("again", 1));
    await new Promise(setImmediate);
    expect(fakes.conversations.all()).toHaveLength(1);
    thread.resolve();
    await received;
    expect(fakes.conversations.all()).toHaveLength(2);
  });
});
