import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ContainerName } from "../../infra/cosmos/cosmos-database.ts";
import { FREE_PORTS, LocalEnvironment } from "../../local/environment.ts";
import { Colleague, Customer } from "../../local/people.ts";
import {
  ANSWERS,
  DOCUMENTS,
  NEW_NAMES,
  type NewNames,
  renamed,
  settingsOfKind,
  updatedSetting,
  VALUES,
} from "../fixtures/version-1.ts";
import { openContainer } from "./support/database.ts";

const SETTING_KINDS = Object.keys(ANSWERS.settings) as (keyof typeof ANSWERS.settings)[];

/** Every request whose answer version 1 recorded: who makes it, its path, the answer, and the new names in it. */
const REQUESTS: readonly (readonly [string, string, unknown, NewNames])[] = [
  ...Object.entries(ANSWERS.conversations).map(
    ([id, answer]) => ["sofia", `conversations/${id}`, answer, NEW_NAMES.conversation] as const,
  ),
  ...Object.entries(ANSWERS.messages).map(
    ([id, answer]) => ["sofia", `conversations/${id}/messages?limit=100`, answer, NEW_NAMES.message] as const,
  ),
  ...Object.entries(ANSWERS.threadMessages).map(
    ([id, answer]) =>
      ["sofia", `conversations/${id}/messages?limit=100&thread=true`, answer, NEW_NAMES.message] as const,
  ),
  ...Object.entries(ANSWERS.workItems).map(
    ([agent, answer]) => [agent, "me/work-items?limit=100", answer, NEW_NAMES.conversation] as const,
  ),
  ...Object.entries(ANSWERS.queueWorkItems).map(
    ([queue, answer]) => ["sofia", `queues/${queue}/work-items?limit=100`, answer, NEW_NAMES.conversation] as const,
  ),
  ...SETTING_KINDS.map((kind) => {
    const items = ANSWERS.settings[kind].items.map((setting) => updatedSetting(kind, setting));
    return ["sofia", `settings/${kind}`, { ...ANSWERS.settings[kind], items }, {}] as const;
  }),
  ...Object.entries(ANSWERS.optOutHistories).map(
    ([id, answer]) => ["admin", `opt-outs/${id}`, answer, NEW_NAMES.thread] as const,
  ),
  ...Object.entries(ANSWERS.contact).map(([id, answer]) => ["sofia", `contacts/${id}`, answer, {}] as const),
  ["sofia", "contacts?limit=100", ANSWERS.contacts, {}],
  ["sofia", "agents?limit=100", ANSWERS.agents, {}],
  ["admin", "opt-outs?limit=100", ANSWERS.optOuts, NEW_NAMES.thread],
  ["admin", "quarantine?limit=100", ANSWERS.quarantine, {}],
];

/** Members that version 1 did not show. */
const ADDED: readonly string[] = ["awaitsReply", "waitingSince", "obstacle", "believedUntil"];

const withoutAdded = (body: unknown): unknown =>
  JSON.parse(JSON.stringify(body), (name, value: unknown) => (ADDED.includes(name) ? undefined : value));

/** A twin with the documents of version 1, at the moment when their answers were recorded. */
const startTwin = async (): Promise<LocalEnvironment> => {
  const roles: Readonly<Record<string, readonly string[]>> = {
    sofia: ["Agent", "Supervisor"],
    admin: ["Administrator"],
  };
  const ids = [...VALUES.agents.map(({ id }) => id), ...Object.keys(roles)];
  const twin = await LocalEnvironment.start({
    ports: FREE_PORTS,
    organisation: {
      settings: { channels: settingsOfKind("channels").filter(({ id }) => id === "main") },
      agents: [],
      contacts: [],
      subjects: ids.map((id) => ({ id, name: id, roles: roles[id] ?? ["Agent"] })),
    },
    faults: {
      // The sweep would change what is compared.
      beforeInvocation: ({ functionName }) => {
        if (functionName === "sweep") throw new Error("the sweep is held off");
      },
    },
  });
  for (const [name, documents] of Object.entries(DOCUMENTS)) {
    const container = openContainer(twin, name as ContainerName);
    for (const document of documents) await container.items.upsert(document);
  }
  twin.clock.advance(Date.parse(ANSWERS.now) - twin.clock.now());
  return twin;
};

describe("an organisation whose documents are of version 1", () => {
  let twin: LocalEnvironment;
  beforeAll(async () => {
    twin = await startTwin();
  });
  afterAll(() => twin?.stop());

  const colleague = (id: string) => new Colleague(twin.addresses, id);

  it.each(REQUESTS)("gives %s the recorded answer to %s", async (id, path, answer, newNames) => {
    const { status, body } = await colleague(id).call(path);
    expect(status).toBe(200);
    expect(withoutAdded(body)).toEqual(renamed(answer, newNames));
  });

  it.each([
    ["cleo", "accept", "515234aedefcd2e2f7c38a2c.1", "active"],
    ["ana", "resume", "d7175026f55b36caa3d50b34.1", "active"],
    ["ana", "finish", "fca5c66fe8f843635d29cb57.1", "closed"],
    ["ben", "park", "53a5d2a3b79bc5ec3fd8ecff.1", "waiting"],
    ["ana", "end", "15bd9e0a6953fa6e84a2b62e.1", "wrap-up"],
  ])("lets %s %s the conversation %s", async (id, action, conversationId, state) => {
    const { status, body } = await colleague(id).act(conversationId, action);
    expect([status, body.state]).toEqual([200, state]);
    expect((await colleague("sofia").call(`conversations/${conversationId}`)).body.state).toBe(state);
  });

  it("sends a reply, and records its delivery", async () => {
    const customer = new Customer(twin.addresses, "+14255550152");
    const { body } = await colleague("ana").reply("9212856437dbd98a7fa3d93a.1", "It is windproof.");
    await twin.settled();
    expect(await customer.received()).toEqual(["It is windproof."]);
    const { body: reply } = await colleague("ana").call(
      `conversations/9212856437dbd98a7fa3d93a.1/replies/${body.message.id}`,
    );
    expect(reply.state).toBe("delivered");
  });

  it.each([
    ["continues an open conversation", "+14255550149", "cadae6c5711846268d807cfe.1"],
    ["opens the next conversation of a thread", "+14255550131", "ce01f18fd8c37a966d2ca323.2"],
  ])("%s when its customer texts", async (_, number, conversationId) => {
    await new Customer(twin.addresses, number).text("+18005550100", "One more thing.");
    await twin.settled();
    const { body } = await colleague("sofia").call(`conversations/${conversationId}/messages`);
    expect(body.items[0]).toMatchObject({ text: "One more thing.", direction: "inbound" });
  });

  it("ends an opt-out, and keeps its history", async () => {
    const id = "a5620d1af9f2f7b20bd6ffc1";
    const { status } = await colleague("admin").call(`opt-outs/${id}/end`, { body: { reason: "Asked by letter" } });
    expect(status).toBe(200);
    const { body } = await colleague("admin").call(`opt-outs/${id}`);
    expect(body.consentHistory.map(({ optedOut }: { optedOut: boolean }) => optedOut)).toEqual([true, false]);
  });
});
