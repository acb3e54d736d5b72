import { CosmosClient, type PatchOperation } from "@azure/cosmos";
import { describe, expect, it } from "vitest";
import type { ContainerName } from "../../../infra/cosmos/cosmos-database.ts";
import { findViolations, type TrafficRecord } from "../support/invariants.ts";
import { buildOrganisation, conversationIdFor } from "../support/organisation.ts";
import { CHANNEL_NUMBER, startTestSystem } from "../support/test-system.ts";

const [ROBIN, KIM, SAM] = ["+14255550123", "+14255550124", "+14255550125"];

/** Ana has Robin's conversation and has answered; Kim's is offered to her; Sam's waits. */
const setScene = async () => {
  const stage = await startTestSystem({ organisation: buildOrganisation({ agents: [{ id: "ana" }] }) });
  const { twin } = stage;
  const texts: TrafficRecord["texts"][number][] = [];
  for (const from of [ROBIN, KIM, SAM]) {
    const { body } = await stage.customer(from).text(CHANNEL_NUMBER, "My tent leaks.");
    texts.push({ messageId: body.messageId, from, text: "My tent leaks." });
    await twin.settled();
    twin.clock.advance(2000); // so that nobody came at the same time
  }
  const ana = stage.colleague("ana");
  await ana.act(conversationIdFor(ROBIN), "accept");
  const { body } = await ana.reply(conversationIdFor(ROBIN), "Which one?");
  await twin.settled();
  twin.clock.advance(100); // to the report
  await twin.settled();
  const story: TrafficRecord = {
    texts,
    replies: [{ to: ROBIN, text: "Which one?", accepted: true }],
    optOutPeriods: [],
  };
  const client = new CosmosClient({ connectionString: twin.cosmos.connectionString });
  const change = async (container: ContainerName, id: string, partition: string, operations: PatchOperation[]) => {
    await client.database("hilo").container(container).item(id, partition).patch(operations);
  };
  const threadOf = (customer: string) => conversationIdFor(customer).slice(0, 24);
  return { twin, story, change, threadOf, replyId: String(body.message.id) };
};
type Scene = Awaited<ReturnType<typeof setScene>>;

const changeConversation = ({ change, threadOf }: Scene, customer: string, operations: PatchOperation[]) =>
  change("conversations", conversationIdFor(customer), threadOf(customer), operations);

/** What is done to a world in which all is well, and what must be said of it then. */
const DAMAGE: readonly (readonly [string, RegExp, (scene: Scene) => Promise<Partial<TrafficRecord> | undefined>])[] = [
  [
    "a text got lost",
    /^I1 .* is stored 0 times/,
    async ({ story: { texts } }) => ({
      texts: [...texts, { messageId: "lost", from: ROBIN, text: "Hello?" }],
    }),
  ],
  [
    "a text is there that nobody sent",
    /^I1 .*nobody texted/,
    async ({ story: { texts } }) => ({
      texts: texts.slice(1),
    }),
  ],
  [
    "a text is in no conversation",
    /^I1 .* has not taken .* in/,
    async (scene) => {
      await changeConversation(scene, ROBIN, [{ op: "set", path: "/textIds", value: [] }]);
    },
  ],
  [
    "a load is too high",
    /^I2 .* has a load of 3/,
    async ({ change }) => {
      await change("agents", "ana", "ana", [{ op: "incr", path: "/load", value: 1 }]);
    },
  ],
  [
    "an agent holds what it does not claim",
    /^I2 .* holds, and does not claim/,
    async ({ change }) => {
      await change("agents", "ana", "ana", [{ op: "remove", path: `/claims/${conversationIdFor(ROBIN)}` }]);
    },
  ],
  [
    "nobody watches over what waits",
    /^I4 .*nobody watches over/,
    async ({ twin }) => {
      twin.taskHub.delete(`${conversationIdFor(SAM)}-1`);
    },
  ],
  [
    "somebody waits who could be served",
    /^I4 .* ana could take it/,
    async ({ change }) => {
      await change("agents", "ana", "ana", [{ op: "incr", path: "/capacity", value: 1 }]);
    },
  ],
  [
    "a thread does not know its conversation",
    /^I4 .* does not know of conversation 1/,
    async ({ change, threadOf }) => {
      await change("conversations", threadOf(ROBIN), threadOf(ROBIN), [{ op: "set", path: "/lastNumber", value: 0 }]);
    },
  ],
  [
    "a reply never left",
    /^I5 .* is still on its way/,
    async ({ change, threadOf, replyId }) => {
      await change("messages", replyId, threadOf(ROBIN), [{ op: "set", path: "/state", value: "queued" }]);
    },
  ],
  [
    "a reply is said to be sent, and is not stored",
    /^I5 .* is stored 0 times/,
    async ({ story: { replies } }) => ({
      replies: [...replies, { to: KIM, text: "One moment.", accepted: true }],
    }),
  ],
  [
    "somebody got a text who had opted out",
    /^I6 .* got "Which one\?"/,
    async () => ({
      optOutPeriods: [{ customer: ROBIN, from: 0, until: Number.POSITIVE_INFINITY }],
    }),
  ],
  [
    "a conversation does not know of an opt-out",
    /^I6 .* does not know/,
    async (scene) => {
      await changeConversation(scene, ROBIN, [{ op: "set", path: "/optedOut", value: true }]);
    },
  ],
  [
    "a later one was served first",
    /^I7 .* was given out before/,
    async (scene) => {
      const early = "2026-01-01T00:00:00.000Z";
      await changeConversation(scene, SAM, [
        { op: "set", path: "/queuedAt", value: early },
        { op: "set", path: "/stateAt", value: early },
      ]);
    },
  ],
];

describe("the look for violations", () => {
  it("finds none where all is well", async () => {
    const { twin, story } = await setScene();
    expect(await findViolations(twin, story)).toEqual([]);
  });

  it.each(DAMAGE)("tells when %s", async (_, expected, damage) => {
    const scene = await setScene();
    const told = await damage(scene);
    expect(await findViolations(scene.twin, { ...scene.story, ...told })).toEqual(
      expect.arrayContaining([expect.stringMatching(expected)]),
    );
  });
});
