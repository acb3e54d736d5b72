import { describe, expect, it } from "vitest";
import { companyOf } from "./company.ts";
import { deliver, receivedEvent } from "./events.ts";
import { close, messagesOf, takeUp } from "./matter.ts";
import { COMPANY, setStage } from "./stage.ts";

const ROBIN = "+14255550123";
const onlyAna = companyOf({ agents: [{ id: "ana", capacity: 10 }] });

describe("a customer's text", () => {
  it("opens a conversation that an available agent is offered, with the text in it", async () => {
    const stage = await setStage({ organisation: onlyAna });
    const ana = stage.colleague("ana");
    const id = await takeUp(stage, ROBIN, ana, "My tent leaks.");
    const { body } = await ana.call(`conversations/${id}`);
    expect(body).toMatchObject({ state: "active", customer: ROBIN, channelId: "main", preview: "My tent leaks." });
    expect(await messagesOf(ana, id)).toMatchObject([{ direction: "inbound", text: "My tent leaks.", segments: 1 }]);
  });

  it("goes to the conversation that is open, whatever has been said in it", async () => {
    const stage = await setStage({ organisation: onlyAna });
    const ana = stage.colleague("ana");
    const id = await takeUp(stage, ROBIN, ana, "My tent leaks.");
    await ana.reply(id, "Which one is it?");
    await stage.text(ROBIN, "The blue one.");
    expect((await messagesOf(ana, id)).map(({ text }) => text)).toEqual([
      "My tent leaks.",
      "Which one is it?",
      "The blue one.",
    ]);
    expect(await ana.workItems()).toEqual([id]);
  });

  it("opens the next conversation of the thread when the one before is closed", async () => {
    const stage = await setStage({ organisation: onlyAna });
    const ana = stage.colleague("ana");
    const first = await takeUp(stage, ROBIN, ana, "My tent leaks.");
    await close(ana, first);
    const second = await takeUp(stage, ROBIN, ana, "It leaks again.");
    expect(second).not.toBe(first);
    expect((await messagesOf(ana, second)).map(({ text }) => text)).toEqual(["It leaks again."]);
    expect((await messagesOf(ana, second, "thread")).map(({ text }) => text)).toEqual([
      "My tent leaks.",
      "It leaks again.",
    ]);
  });

  it.each([
    { length: 1600, overCap: false },
    { length: 1601, overCap: true },
    { length: 20_000, overCap: true },
  ])("is kept whole at $length characters, and marked when an agent could not write it", async (row) => {
    const stage = await setStage({ organisation: onlyAna });
    const ana = stage.colleague("ana");
    const text = "tent ".repeat(row.length / 5).padEnd(row.length, "!");
    const id = await takeUp(stage, ROBIN, ana, text);
    expect(await messagesOf(ana, id)).toMatchObject([{ text, overCap: row.overCap }]);
  });

  it("has its sender compared whole, so that each customer of a channel has a thread", async () => {
    const stage = await setStage({ organisation: onlyAna });
    await stage.text(ROBIN, "My tent leaks.");
    await stage.text("+14255550124", "My stove smokes.");
    expect(await stage.colleague("ana").workItems("offered")).toHaveLength(2);
  });
});

describe("the event of a text", () => {
  it.each(["pascal-case", "cloud-events"] as const)("is read in the form %s", async (effect) => {
    const stage = await setStage({ organisation: onlyAna });
    const ana = stage.colleague("ana");
    stage.twin.phoneNetwork.addFault({ on: "event", effect });
    const id = await takeUp(stage, ROBIN, ana, "My tent leaks.");
    expect(await messagesOf(ana, id)).toMatchObject([{ text: "My tent leaks." }]);
    expect(stage.twin.phoneNetwork.deliveries().map(({ status }) => status)).toEqual([202]);
  });

  it("is read from a subscription in the CloudEvents schema", async () => {
    const stage = await setStage({ organisation: onlyAna });
    const [subscription] = stage.twin.phoneNetwork.subscriptions();
    if (!subscription) throw new Error("nobody has subscribed");
    await stage.twin.phoneNetwork.subscribe({ ...subscription, schema: "CloudEventSchemaV1_0" });
    await stage.text(ROBIN, "My tent leaks.");
    expect(await stage.colleague("ana").workItems("offered")).toHaveLength(1);
  });

  it("means the same numbers with a plus and without", async () => {
    const { twin, colleague } = await setStage({ organisation: onlyAna });
    const plus = receivedEvent(twin, { messageId: "1", from: ROBIN, to: COMPANY, message: "With." });
    const none = receivedEvent(twin, { messageId: "2", from: ROBIN.slice(1), to: COMPANY.slice(1), message: "None." });
    expect(await deliver(twin, "sms-received", plus)).toBe(202);
    expect(await deliver(twin, "sms-received", none)).toBe(202);
    const ana = colleague("ana");
    const [id = "", ...others] = await ana.workItems("offered");
    expect(others).toEqual([]);
    expect(await messagesOf(ana, id)).toHaveLength(2);
  });

  it("may have no text in it and members that nobody has documented", async () => {
    const { twin, colleague } = await setStage({ organisation: onlyAna });
    const event = receivedEvent(twin, { messageId: "1", from: ROBIN, message: undefined, region: "noam" });
    expect(await deliver(twin, "sms-received", event)).toBe(202);
    const ana = colleague("ana");
    const [id = ""] = await ana.workItems("offered");
    expect(await messagesOf(ana, id)).toMatchObject([{ text: "" }]);
  });
});

describe("the contact of a customer", () => {
  const shared = "+14255550125";
  const contacts = [
    { id: "robin", mobilePhone: ROBIN },
    { id: "sam", mobilePhone: shared },
    { id: "alex", mobilePhone: shared },
  ];
  const organisation = companyOf({ agents: [{ id: "ana", capacity: 10 }], contacts });

  it.each([
    { known: "is the one with the number", number: ROBIN, kind: "linked", ids: ["robin"] },
    { known: "is nobody yet for an unknown number", number: "+14255550199", kind: "unidentified", ids: [] },
    { known: "is for the agent to choose among several", number: shared, kind: "candidates", ids: ["alex", "sam"] },
  ])("$known", async ({ number, kind, ids }) => {
    const stage = await setStage({ organisation });
    const ana = stage.colleague("ana");
    const id = await takeUp(stage, number, ana);
    const { body } = await ana.call(`conversations/${id}`);
    expect(body.contact.kind).toBe(kind);
    expect(body.contacts.map((contact: { id: string }) => contact.id)).toEqual(ids);
  });

  it("stays for later conversations as the agent has chosen it", async () => {
    const stage = await setStage({ organisation });
    const ana = stage.colleague("ana");
    const first = await takeUp(stage, shared, ana);
    expect((await ana.act(first, "contact", { contactId: "alex" })).status).toBe(200);
    await close(ana, first);
    const second = await takeUp(stage, shared, ana);
    const { body } = await ana.call(`conversations/${second}`);
    expect(body.contact).toEqual({ kind: "linked", contactId: "alex" });
  });
});
