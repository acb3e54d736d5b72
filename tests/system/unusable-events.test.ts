import type { LogEntry } from "azure-twin/functions-host";
import { describe, expect, it } from "vitest";
import { deliver, receivedEvent } from "./events.ts";
import { change, keptOf, replay, textTo } from "./kept.ts";
import { takeUp, textsOf } from "./matter.ts";
import { ROBIN, setTeam, shareTwin } from "./team.ts";

const nextTeam = shareTwin();

describe("event cannot be parsed, unknown number, SMS switched off", () => {
  it("keeps a text to an unknown number whole, and Event Grid is done with it", async () => {
    const { twin, admin } = nextTeam();
    const eventId = await textTo({ twin }, "+18005559999", "My tent leaks.");
    expect(await keptOf(admin, eventId)).toMatchObject([
      {
        id: expect.stringMatching(/^sms-received:/),
        reason: "unknown-channel",
        original: { data: { from: ROBIN.slice(1), to: "18005559999", message: "My tent leaks." } },
      },
    ]);
    expect(twin.phoneNetwork.deliveries().filter((each) => each.eventId === eventId)).toMatchObject([{ status: 202 }]);
  });

  it("takes it in when the number has become a channel and the administrator replays it", async () => {
    const { twin, admin, ana } = await setTeam();
    const eventId = await textTo({ twin }, "+18005550101", "My tent leaks.");
    const channel = {
      id: "second",
      provider: "acs",
      number: "+18005550101",
      name: "Second",
      enabled: true,
      capacityUnits: 1,
    };
    await admin.call("settings/channels/second", { method: "PUT", body: channel });
    const [kept] = await keptOf(admin, eventId);
    if (!kept) throw new Error("It is not in quarantine.");
    expect((await replay(admin, kept)).body.replayedAt).toMatch(/Z$/);
    expect((await replay(admin, kept)).status).toBe(200);
    await twin.settled();
    const [id = "", ...others] = await ana.workItems("offered");
    expect(others).toEqual([]);
    expect(await textsOf(ana, id)).toEqual(["My tent leaks."]);
    expect((await keptOf(admin, eventId))[0]?.replayedAt).toBeDefined();
  });

  it.each([
    { path: "organisation/organisation", member: "smsEnabled", reason: "sms-disabled" },
    { path: "channels/main", member: "enabled", reason: "channel-disabled" },
  ])("keeps texts while SMS is switched off, to be replayed when it is on again: $reason", async (row) => {
    const team = await setTeam();
    await change(team.admin, row.path, { [row.member]: false });
    const eventIds = [await textTo(team, team.number, "My tent leaks."), await textTo(team, team.number, "Hello?")];
    const kept = await keptOf(team.admin, ...eventIds);
    expect(kept).toMatchObject([{ reason: row.reason }, { reason: row.reason }]);
    expect(await team.ana.workItems()).toEqual([]);

    for (const each of kept) expect((await replay(team.admin, each)).status).toBe(409);
    await change(team.admin, row.path, { [row.member]: true });
    for (const each of kept) expect((await replay(team.admin, each)).status).toBe(200); // newest first: disorder
    await team.twin.settled();
    const [id = "", ...others] = await team.ana.workItems("offered");
    expect(others).toEqual([]);
    expect(await textsOf(team.ana, id)).toEqual(["My tent leaks.", "Hello?"]);
  });

  it("takes texts in again at once when SMS is switched on", async () => {
    const team = await setTeam();
    await change(team.admin, "organisation/organisation", { smsEnabled: false });
    await change(team.admin, "organisation/organisation", { smsEnabled: true });
    expect(await textsOf(team.ana, await takeUp(team, "My tent leaks."))).toEqual(["My tent leaks."]);
  });

  const good = { messageId: "good", from: ROBIN, message: "My tent leaks." };
  it.each([
    { wrong: "data.messageId", data: { ...good, messageId: undefined } },
    { wrong: "data.from", data: { ...good, from: "+1 425 555 0123 ext. 4" } },
    { wrong: "data.to", data: { ...good, to: "" } },
    { wrong: "data.receivedTimestamp", data: { ...good, receivedTimestamp: "yesterday" } },
    { wrong: "data", data: undefined },
    { wrong: "eventType", data: good, eventType: "Microsoft.Communication.ChatMessageReceived" },
  ])("keeps an event whole that cannot be read, and says where: $wrong", async ({ wrong, data, ...members }) => {
    const { twin, admin } = nextTeam();
    const event = { ...receivedEvent(twin, { ...data }), id: `unreadable-${wrong}`, ...members };
    const sent = data === undefined ? { ...event, data } : event;
    expect(await deliver(twin, "sms-received", sent)).toBe(202);
    const kept = await keptOf(admin, event.id);
    expect(kept).toMatchObject([{ reason: "unreadable", original: JSON.parse(JSON.stringify(sent)) }]);
    expect(kept[0]?.detail).toContain(wrong);
    expect(kept[0]?.detail).not.toMatch(/425|tent/);
  });

  it("counts in the log, by its reason", async () => {
    const warnings: string[] = [];
    const log = ({ level, message }: LogEntry) => void (level === "warning" && warnings.push(message));
    const team = await setTeam({}, { log });
    await textTo(team, "+18005559999", "My tent leaks.");
    await deliver(team.twin, "sms-received", receivedEvent(team.twin, { messageId: "wrong", from: "" }));
    expect(warnings).toEqual([
      "sms-received event of acs quarantined: unknown-channel",
      "sms-received event of acs quarantined: unreadable",
    ]);
  });

  it("keeps the same event once, however often it comes", async () => {
    const { twin, admin } = nextTeam();
    const event = receivedEvent(twin, { messageId: "twice", from: "nobody at all" });
    await deliver(twin, "sms-received", event);
    await deliver(twin, "sms-received", event);
    expect(await keptOf(admin, event.id)).toHaveLength(1);
  });

  it("gives back a STOP that came while SMS was switched off", async () => {
    const team = await setTeam();
    await change(team.admin, "channels/main", { enabled: false });
    const eventId = await textTo(team, team.number, "STOP");
    await change(team.admin, "channels/main", { enabled: true });
    for (const each of await keptOf(team.admin, eventId)) await replay(team.admin, each);
    const id = await takeUp(team, "A last question.");
    expect((await team.ana.call(`conversations/${id}`)).body.optedOut).toBe(true);
  });
});
