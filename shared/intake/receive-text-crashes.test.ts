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

/** A world in which the customer has said these things, and these have happened to the first conversation. */
const after = async (said: readonly string[], events: readonly MoveEvent[]): Promise<Fakes> => {
  const fakes = makeFakes();
  for (const [n, text] of said.entries()) await receiveText(fakes, say(text, n));
  for (const event of events) await moveConversation(fakes, first, event);
  return fakes;
};

/** All that a text leaves behind; a work item may be told of twice. */
const traces = async ({ messages, conversations, threads, agents, jobs }: Fakes) => ({
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
  ["brings back one that was put aside", ["hello"], [pick, park], "and", 3],
  ["brings back one in wrap-up", ["hello"], [pick, end], "thanks", 2],
  ["is STOP from a stranger", [], [], "STOP", 2],
  ["is STOP in an open conversation", ["hello"], [pick], "STOP", 3],
  ["is START in an open conversation", ["hello", "STOP"], [pick], "START", 3],
  ["is YES in an open conversation of somebody who opted out", ["hello", "STOP"], [pick], "YES", 5],
  ["is YES from somebody who opted out", ["STOP"], [], "YES", 4],
  ["opens a conversation of somebody who opted out", ["STOP"], [], "but", 4],
] as const)("a text that %s", (_, said, events, text, writes) => {
  it("leaves, when the process dies at any write and the text comes again, what it leaves without that", async () => {
    const makeWorld = () => after(said, events);
    const arrive = (fakes: Fakes) => receiveText(fakes, say(text, said.length));
    const smooth = await makeWorld();
    await arrive(smooth);
    const expected = await traces(smooth);
    const crashes = await afterEveryCrash(makeWorld, arrive, async (fakes) => {
      expect(await traces(fakes)).toEqual(expected);
    });
    expect(crashes).toBe(writes);
  });
});

describe("a text that opens a conversation", () => {
  it("has the thread know of it first, so that its replies are never without a thread", async () => {
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
