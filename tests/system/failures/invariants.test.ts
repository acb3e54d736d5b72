import { CosmosClient, type PatchOperation } from "@azure/cosmos";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { ContainerName } from "../../../infra/cosmos/cosmos-database.ts";
import { FREE_PORTS, LocalEnvironment } from "../../../local/environment.ts";
import { findViolations, type TrafficRecord } from "../support/invariants.ts";
import { buildOrganisation, conversationIdFor } from "../support/organisation.ts";
import { CHANNEL_NUMBER, testSystemOn } from "../support/test-system.ts";

const [ROBIN, KIM, SAM] = ["+14255550123", "+14255550124", "+14255550125"];

/** The offer lasts longer than the tests. */
const ORGANISATION = buildOrganisation({ agents: [{ id: "ana" }], queues: [{ id: "support", offerSeconds: 3600 }] });

/** Nothing repairs the damage while it is looked at. */
const WITHOUT_SWEEP = {
  beforeInvocation: ({ functionName }: { readonly functionName: string }) => {
    if (functionName === "sweep") throw new Error("no sweep");
  },
};

/** Starts a twin: Ana has answered Robin's conversation, Kim's is offered to her, and Sam's waits. */
const startScene = async () => {
  const twin = await LocalEnvironment.start({ ports: FREE_PORTS, organisation: ORGANISATION, faults: WITHOUT_SWEEP });
  const system = testSystemOn(twin);
  const texts: TrafficRecord["texts"][number][] = [];
  for (const from of [ROBIN, KIM, SAM]) {
    const { body } = await system.customer(from).text(CHANNEL_NUMBER, "My tent leaks.");
    texts.push({ messageId: body.messageId, from, text: "My tent leaks." });
    await twin.settled();
    twin.clock.advance(2000); // no two arrive at the same time
  }
  const ana = system.colleague("ana");
  await ana.act(conversationIdFor(ROBIN), "accept");
  const { body } = await ana.reply(conversationIdFor(ROBIN), "Which one?");
  await twin.settled();
  twin.clock.advance(100); // until the delivery report
  await twin.settled();
  const traffic: TrafficRecord = {
    texts,
    replies: [{ to: ROBIN, text: "Which one?", accepted: true }],
    optOutPeriods: [],
  };
  const client = new CosmosClient({ connectionString: twin.cosmos.connectionString });
  /** Changes a document until the test ends. */
  const change = async (container: ContainerName, id: string, partition: string, operations: PatchOperation[]) => {
    const item = client.database("hilo").container(container).item(id, partition);
    const { resource } = await item.read();
    await item.patch(operations);
    onTestFinished(async () => void (await item.replace(resource)));
  };
  const threadOf = (customer: string) => conversationIdFor(customer).slice(0, 24);
  return { twin, traffic, change, threadOf, replyId: String(body.message.id) };
};
type Scene = Awaited<ReturnType<typeof startScene>>;

const changeConversation = ({ change, threadOf }: Scene, customer: string, operations: PatchOperation[]) =>
  change("conversations", conversationIdFor(customer), threadOf(customer), operations);

/** Damages that break one invariant, and the violation that each must be reported as. */
const DAMAGE: readonly (readonly [string, RegExp, (scene: Scene) => Promise<Partial<TrafficRecord> | undefined>])[] = [
  [
    "a text is lost",
    /^I1 .* is stored 0 times/,
    async ({ traffic: { texts } }) => ({
      texts: [...texts, { messageId: "lost", from: ROBIN, text: "Hello?" }],
    }),
  ],
  [
    "a text is stored that no customer sent",
    /^I1 .*no customer texted/,
    async ({ traffic: { texts } }) => ({
      texts: texts.slice(1),
    }),
  ],
  [
    "a text is in no conversation",
    /^I1 .* has not processed/,
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
    "an agent holds a conversation without a claim",
    /^I2 .* holds but does not claim/,
    async ({ change }) => {
      await change("agents", "ana", "ana", [{ op: "remove", path: `/claims/${conversationIdFor(ROBIN)}` }]);
    },
  ],
  [
    "a conversation waits beside an eligible agent",
    /^I4 .* ana is eligible/,
    async ({ change }) => {
      await change("agents", "ana", "ana", [{ op: "incr", path: "/capacity", value: 1 }]);
    },
  ],
  [
    "a thread does not list its conversation",
    /^I4 .* does not list conversation 1/,
    async ({ change, threadOf }) => {
      await change("conversations", threadOf(ROBIN), threadOf(ROBIN), [{ op: "set", path: "/lastNumber", value: 0 }]);
    },
  ],
  [
    "a reply stays queued",
    /^I5 .* is still queued/,
    async ({ change, threadOf, replyId }) => {
      await change("messages", replyId, threadOf(ROBIN), [{ op: "set", path: "/state", value: "queued" }]);
    },
  ],
  [
    "an accepted reply is not stored",
    /^I5 .* is stored 0 times/,
    async ({ traffic: { replies } }) => ({
      replies: [...replies, { to: KIM, text: "One moment.", accepted: true }],
    }),
  ],
  [
    "a customer gets a text after an opt-out",
    /^I6 .* got "Which one\?"/,
    async () => ({
      optOutPeriods: [{ customer: ROBIN, from: 0, until: Number.POSITIVE_INFINITY }],
    }),
  ],
  [
    "a conversation has not recorded an opt-out",
    /^I6 .* disagree about the opt-out/,
    async (scene) => {
      await changeConversation(scene, ROBIN, [{ op: "set", path: "/optedOut", value: true }]);
    },
  ],
  [
    "a later conversation is offered first",
    /^I7 .* was offered before/,
    async (scene) => {
      const early = "2026-01-01T00:00:00.000Z";
      await changeConversation(scene, SAM, [
        { op: "set", path: "/queuedAt", value: early },
        { op: "set", path: "/stateAt", value: early },
      ]);
    },
  ],
];

describe("the check of the invariants", () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene();
  });
  afterAll(() => scene.twin.stop());

  it("finds no violation in a healthy system", async () => {
    expect(await findViolations(scene.twin, scene.traffic)).toEqual([]);
  });

  it.each(DAMAGE)("reports that %s, and nothing before that", async (_, expected, damage) => {
    expect(await findViolations(scene.twin, scene.traffic)).toEqual([]);
    const changedTraffic = await damage(scene);
    expect(await findViolations(scene.twin, { ...scene.traffic, ...changedTraffic })).toEqual(
      expect.arrayContaining([expect.stringMatching(expected)]),
    );
  });
});

describe("the check of the orchestrations", () => {
  it("reports that a waiting conversation has none", async () => {
    const { twin, traffic } = await startScene();
    onTestFinished(() => twin.stop());
    twin.taskHub.delete(`${conversationIdFor(SAM)}-1`);
    expect(await findViolations(twin, traffic)).toEqual([expect.stringMatching(/^I4 .* has no running orchestration/)]);
  });
});
