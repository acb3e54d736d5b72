import { describe, expect, it } from "vitest";
import { callHttp } from "../../../local/people.ts";
import { closeConversation, messagesOf, openAndAccept, textsOf } from "../support/conversation-steps.ts";
import { deliver, receivedEvent } from "../support/event-grid-events.ts";
import { ROBIN, shareTwin, startTeam, type Team } from "../support/team.ts";

const nextTeam = shareTwin();

const HOUR_MS = 3_600_000;

/** The event of a text that Robin sent `agoMs` milliseconds ago. */
const eventOf = ({ twin, number }: Team, message: string, agoMs = 0) =>
  receivedEvent(twin, {
    messageId: `${message}${number}`,
    from: ROBIN,
    to: number,
    message,
    receivedTimestamp: new Date(twin.clock.now() - agoMs).toISOString(),
  });

/** Holds back the next writes of messages until `count` of them have arrived, so that all are processed concurrently. */
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

describe("a text that Event Grid delivers twice, late or out of order", () => {
  it("is stored once when it is delivered twice at the same time", async () => {
    const team = nextTeam();
    team.twin.phoneNetwork.addFault({ on: "event", effect: "deliver-twice", times: 2, match: team.number });
    const id = await openAndAccept(team, "My tent leaks.");
    await team.text(ROBIN, "The blue one.");
    expect(await textsOf(team.ana, id, "thread")).toEqual(["My tent leaks.", "The blue one."]);
    expect(await team.ana.workItems()).toEqual([id]);
    expect(await team.ben.workItems()).toEqual([]);
  });

  it("is stored once when two different events carry it", async () => {
    const team = nextTeam();
    const event = eventOf(team, "My tent leaks.");
    await deliver(team.twin, "sms-received", event);
    await deliver(team.twin, "sms-received", { ...event, id: "another" });
    const [id = ""] = await team.ana.workItems("offered");
    expect(await textsOf(team.ana, id, "thread")).toEqual(["My tent leaks."]);
  });

  it("opens one conversation with another first text at the same time", async () => {
    const team = await startTeam();
    meetAtStore(team, 2);
    await Promise.all([team.text(ROBIN, "My tent leaks."), team.text(ROBIN, "It is the blue one.")]);
    const [id = "", ...others] = [...(await team.ana.workItems()), ...(await team.ben.workItems())];
    expect(others).toEqual([]);
    expect(id).toMatch(/\.1$/);
    expect((await textsOf(team.ana, id)).toSorted()).toEqual(["It is the blue one.", "My tent leaks."]);
  });

  it("opens one next conversation with many others at the same time", async () => {
    const team = await startTeam({ agents: [{ id: "ana" }] });
    await closeConversation(team.ana, await openAndAccept(team, "My tent leaks."));
    meetAtStore(team, 5);
    await Promise.all([1, 2, 3, 4, 5].map((number) => team.text(ROBIN, `Line ${number}.`)));
    const [id = "", ...others] = await team.ana.workItems();
    expect(others).toEqual([]);
    expect(id).toMatch(/\.2$/);
    expect(await textsOf(team.ana, id)).toHaveLength(5);
  });

  it("is shown in the order in which the provider received it", async () => {
    const team = nextTeam();
    team.twin.phoneNetwork.addFault({ on: "event", effect: "hold", match: team.number });
    await team.text(ROBIN, "My tent leaks.");
    const id = await openAndAccept(team, "It is the blue one.");
    expect(await textsOf(team.ana, id)).toEqual(["My tent leaks.", "It is the blue one."]);
    expect((await team.ana.call(`conversations/${id}`)).body.preview).toBe("It is the blue one.");
  });

  it("is shown at its place when it arrives an hour late", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team, "My tent leaks.");
    expect(await deliver(team.twin, "sms-received", eventOf(team, "Hello?", HOUR_MS))).toBe(202);
    expect(await textsOf(team.ana, id)).toEqual(["Hello?", "My tent leaks."]);
    expect((await team.ana.call(`conversations/${id}`)).body.preview).toBe("My tent leaks.");
  });

  it("opens no conversation when its own has closed", async () => {
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

  it("is recognised after twenty others have followed", async () => {
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

  it("is stored once when an operator replays its dead letter twice, as in the runbook", async () => {
    const team = nextTeam();
    const body = { input: JSON.stringify(eventOf(team, "My tent leaks.", HOUR_MS)) };
    for (const _ of [1, 2]) {
      const { status } = await callHttp(`${team.twin.addresses.functions}/admin/functions/sms-received`, { body });
      expect(status).toBe(202);
      await team.twin.settled();
    }
    const [id = ""] = await team.ana.workItems("offered");
    expect(await textsOf(team.ana, id, "thread")).toEqual(["My tent leaks."]);
  });

  it("leaves a parked conversation parked when it is redelivered", async () => {
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
