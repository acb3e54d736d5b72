import { describe, expect, it } from "vitest";
import { closeConversation, messagesOf, openAndAccept, textsOf } from "../support/conversation-steps.ts";
import { deliver, receivedEvent } from "../support/event-grid-events.ts";
import { ROBIN, shareTwin, startTeam, type Team } from "../support/team.ts";

const nextTeam = shareTwin();

const HOUR_MS = 3_600_000;

/** The event of a text that Robin sent some time ago. */
const eventOf = ({ twin, number }: Team, message: string, agoMs = 0) =>
  receivedEvent(twin, {
    messageId: `${message}${number}`,
    from: ROBIN,
    to: number,
    message,
    receivedTimestamp: new Date(twin.clock.now() - agoMs).toISOString(),
  });

/** Has the text messages that are stored next wait for one another, so that all are taken in at the same time. */
const meetAtStore = ({ twin }: Team, count: number): void => {
  const met = Promise.withResolvers<void>();
  let arrived = 0;
  twin.cosmos.onOperation((stage, { container, kind }) => {
    if (stage !== "before" || container !== "messages" || kind !== "create") return;
    arrived++;
    if (arrived === count) met.resolve();
    return met.promise;
  });
};

describe("Event Grid delivers twice, late, out of order", () => {
  it("keeps a text once that is delivered twice at the same time", async () => {
    const team = nextTeam();
    team.twin.phoneNetwork.addFault({ on: "event", effect: "deliver-twice", times: 2, match: team.number });
    const id = await openAndAccept(team, "My tent leaks.");
    await team.text(ROBIN, "The blue one.");
    expect(await textsOf(team.ana, id, "thread")).toEqual(["My tent leaks.", "The blue one."]);
    expect(await team.ana.workItems()).toEqual([id]);
    expect(await team.ben.workItems()).toEqual([]);
  });

  it("keeps a text once that two different events tell of", async () => {
    const team = nextTeam();
    const event = eventOf(team, "My tent leaks.");
    await deliver(team.twin, "sms-received", event);
    await deliver(team.twin, "sms-received", { ...event, id: "another" });
    const [id = ""] = await team.ana.workItems("offered");
    expect(await textsOf(team.ana, id, "thread")).toEqual(["My tent leaks."]);
  });

  it("makes one conversation of two first texts at once", async () => {
    const team = await startTeam();
    meetAtStore(team, 2);
    await Promise.all([team.text(ROBIN, "My tent leaks."), team.text(ROBIN, "It is the blue one.")]);
    const [id = "", ...others] = [...(await team.ana.workItems()), ...(await team.ben.workItems())];
    expect(others).toEqual([]);
    expect(id).toMatch(/\.1$/);
    expect((await textsOf(team.ana, id)).toSorted()).toEqual(["It is the blue one.", "My tent leaks."]);
  });

  it("makes one conversation of many texts at once after the one before has closed", async () => {
    const team = await startTeam({ agents: [{ id: "ana" }] });
    await closeConversation(team.ana, await openAndAccept(team, "My tent leaks."));
    meetAtStore(team, 5);
    await Promise.all([1, 2, 3, 4, 5].map((number) => team.text(ROBIN, `Line ${number}.`)));
    const [id = "", ...others] = await team.ana.workItems();
    expect(others).toEqual([]);
    expect(id).toMatch(/\.2$/);
    expect(await textsOf(team.ana, id)).toHaveLength(5);
  });

  it("shows texts in the order in which the provider received them", async () => {
    const team = nextTeam();
    team.twin.phoneNetwork.addFault({ on: "event", effect: "hold", match: team.number });
    await team.text(ROBIN, "My tent leaks.");
    const id = await openAndAccept(team, "It is the blue one.");
    expect(await textsOf(team.ana, id)).toEqual(["My tent leaks.", "It is the blue one."]);
    expect((await team.ana.call(`conversations/${id}`)).body.preview).toBe("It is the blue one.");
  });

  it("puts a text that comes an hour late in its place", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team, "My tent leaks.");
    expect(await deliver(team.twin, "sms-received", eventOf(team, "Hello?", HOUR_MS))).toBe(202);
    expect(await textsOf(team.ana, id)).toEqual(["Hello?", "My tent leaks."]);
    expect((await team.ana.call(`conversations/${id}`)).body.preview).toBe("My tent leaks.");
  });

  it("opens nothing for a text that comes again after its conversation has closed", async () => {
    const team = nextTeam();
    const events = ["My tent leaks.", "It is the blue one."].map((text) => eventOf(team, text));
    for (const event of events) await deliver(team.twin, "sms-received", event);
    const [id = ""] = await team.ana.workItems("offered");
    await team.ana.act(id, "accept");
    await closeConversation(team.ana, id);
    for (const event of events) expect(await deliver(team.twin, "sms-received", event)).toBe(202);
    expect([...(await team.ana.workItems()), ...(await team.ben.workItems())]).toEqual([]);
    expect((await team.ana.call(`conversations/${id}`)).body.state).toBe("closed");
    expect(await messagesOf(team.ana, id, "thread")).toHaveLength(2);
  });

  it("knows a text again that twenty others have followed", async () => {
    const team = nextTeam();
    const first = eventOf(team, "My tent leaks.", HOUR_MS);
    await deliver(team.twin, "sms-received", first);
    await Promise.all(
      Array.from({ length: 25 }, (_, i) => deliver(team.twin, "sms-received", eventOf(team, `Line ${i}.`))),
    );
    const [id = ""] = await team.ana.workItems("offered");
    await team.ana.act(id, "accept");
    await team.ana.act(id, "park");
    await deliver(team.twin, "sms-received", first);
    expect(await team.ana.workItems("waiting")).toEqual([id]);
    expect(await messagesOf(team.ana, id)).toHaveLength(26);
  });

  it("calls nobody back to a conversation that was put aside, when its last text comes again", async () => {
    const team = nextTeam();
    const event = eventOf(team, "My tent leaks.");
    await deliver(team.twin, "sms-received", event);
    const [id = ""] = await team.ana.workItems("offered");
    await team.ana.act(id, "accept");
    await team.ana.act(id, "park");
    await deliver(team.twin, "sms-received", event);
    expect(await team.ana.workItems("waiting")).toEqual([id]);
  });
});
