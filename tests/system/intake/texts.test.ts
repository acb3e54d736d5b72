import { describe, expect, it } from "vitest";
import { closeConversation, messagesOf, openAndAccept, textsOf } from "../support/conversation-steps.ts";
import { deliver, receivedEvent } from "../support/event-grid-events.ts";
import { ROBIN, shareTwin, startTeam } from "../support/team.ts";

const nextTeam = shareTwin();

describe("a customer's text", () => {
  it("opens a conversation that an available agent is offered", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team, "My tent leaks.");
    const { body } = await team.ana.call(`conversations/${id}`);
    expect(body).toMatchObject({ state: "active", customer: ROBIN, preview: "My tent leaks.", optedOut: false });
    expect(await messagesOf(team.ana, id)).toMatchObject([
      { direction: "inbound", text: "My tent leaks.", segments: 1 },
    ]);
  });

  it("goes to the conversation that is open", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team, "My tent leaks.");
    await team.ana.reply(id, "Which one is it?");
    await team.text(ROBIN, "The blue one.");
    expect(await textsOf(team.ana, id)).toEqual(["My tent leaks.", "Which one is it?", "The blue one."]);
    expect(await team.ana.workItems()).toEqual([id]);
  });

  it("opens the next conversation of the thread when the one before is closed", async () => {
    const team = nextTeam();
    await team.ben.setPresence("away");
    const first = await openAndAccept(team, "My tent leaks.");
    await closeConversation(team.ana, first);
    const second = await openAndAccept(team, "It leaks again.");
    expect(second).not.toBe(first);
    expect(await textsOf(team.ana, second)).toEqual(["It leaks again."]);
    expect(await textsOf(team.ana, second, "thread")).toEqual(["My tent leaks.", "It leaks again."]);
  });

  it("belongs to the thread of its sender and the number it was sent to, and to no other", async () => {
    const [team, other] = [nextTeam(), nextTeam()];
    await team.text(ROBIN, "My tent leaks.");
    await team.text("+14255550124", "My stove smokes.");
    await other.text(ROBIN, "My lamp is dark.");
    expect(await team.ana.workItems("offered")).toHaveLength(1);
    expect(await team.ben.workItems("offered")).toHaveLength(1);
    expect(await other.ana.workItems("offered")).toHaveLength(1);
  });

  it.each([
    { length: 1600, exceedsLimit: false },
    { length: 1601, exceedsLimit: true },
    { length: 5000, exceedsLimit: true },
  ])(
    "is stored whole at $length characters, and marked when it exceeds the limit of a reply",
    async ({ length, exceedsLimit }) => {
      const team = nextTeam();
      const text = "tent ".repeat(length / 5).padEnd(length, "!");
      const id = await openAndAccept(team, text);
      expect(await messagesOf(team.ana, id)).toMatchObject([{ text, exceedsLimit }]);
    },
  );
});

describe("the event of a text", () => {
  it.each(["pascal-case", "cloud-events"] as const)("is read in the form %s", async (effect) => {
    const team = nextTeam();
    team.twin.phoneNetwork.addFault({ on: "event", effect, match: team.number });
    const id = await openAndAccept(team, "My tent leaks.");
    expect(await textsOf(team.ana, id)).toEqual(["My tent leaks."]);
  });

  it("is read from a subscription in the CloudEvents schema", async () => {
    const team = await startTeam();
    const [subscription] = team.twin.eventGrid.subscriptions();
    if (!subscription) throw new Error("There is no subscription.");
    await team.twin.eventGrid.subscribe({ ...subscription, schema: "CloudEventSchemaV1_0" });
    expect(await textsOf(team.ana, await openAndAccept(team, "My tent leaks."))).toEqual(["My tent leaks."]);
  });

  it("means the same numbers with and without a plus", async () => {
    const { twin, number, ana } = nextTeam();
    const [from, to] = [ROBIN.slice(1), number.slice(1)];
    const plus = receivedEvent(twin, { messageId: "plus", from: ROBIN, to: number, message: "With." });
    expect(await deliver(twin, "sms-received", plus)).toBe(202);
    const none = receivedEvent(twin, { messageId: "none", from, to, message: "Without." });
    expect(await deliver(twin, "sms-received", none)).toBe(202);
    const [id = "", ...others] = await ana.workItems("offered");
    expect(others).toEqual([]);
    expect(await textsOf(ana, id)).toEqual(["With.", "Without."]);
  });

  it("may lack the text and have undocumented members", async () => {
    const { twin, number, ana } = nextTeam();
    const data = { messageId: "empty", from: ROBIN, to: number, message: undefined, region: "noam" };
    expect(await deliver(twin, "sms-received", receivedEvent(twin, data))).toBe(202);
    const [id = ""] = await ana.workItems("offered");
    expect(await textsOf(ana, id)).toEqual([""]);
  });
});

describe("the customer of a conversation", () => {
  const shared = "+14255550125";
  const contacts = [
    { id: "robin", mobilePhone: ROBIN },
    { id: "sam", mobilePhone: shared },
    { id: "alex", mobilePhone: shared },
  ];

  it.each([
    { who: "is the contact with the number", number: ROBIN, kind: "linked", ids: ["robin"] },
    { who: "is unidentified when no contact has the number", number: "+14255550199", kind: "unidentified", ids: [] },
    { who: "is one of the contacts that share the number", number: shared, kind: "candidates", ids: ["alex", "sam"] },
  ])("$who", async ({ number, kind, ids }) => {
    const team = await startTeam({ contacts });
    const id = await openAndAccept(team, "My tent leaks.", number);
    const { body } = await team.ana.call(`conversations/${id}`);
    expect(body.contact.kind).toBe(kind);
    expect(body.contacts.map((contact: { id: string }) => contact.id)).toEqual(ids);
  });

  it("stays linked to the chosen contact in later conversations", async () => {
    const team = await startTeam({ contacts, agents: [{ id: "ana" }] });
    const first = await openAndAccept(team, "My tent leaks.", shared);
    expect((await team.ana.act(first, "contact", { contactId: "alex" })).status).toBe(200);
    await closeConversation(team.ana, first);
    const second = await openAndAccept(team, "It leaks again.", shared);
    const { body } = await team.ana.call(`conversations/${second}`);
    expect(body.contact).toEqual({ kind: "linked", contactId: "alex" });
  });
});
