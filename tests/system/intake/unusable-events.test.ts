import type { LogEntry } from "azure-twin/functions-host";
import { describe, expect, it } from "vitest";
import { openAndAccept, textsOf } from "../support/conversation-steps.ts";
import { deliver, receivedEvent } from "../support/event-grid-events.ts";
import { changeSetting, quarantinedEvents, replay, sendText } from "../support/quarantine-client.ts";
import { ROBIN, shareTwin, startTeam } from "../support/team.ts";

const nextTeam = shareTwin();

describe("an event that cannot be processed", () => {
  it("is quarantined whole and acknowledged when the number is unknown", async () => {
    const { twin, admin } = nextTeam();
    const eventId = await sendText({ twin }, "+18005559999", "My tent leaks.");
    expect(await quarantinedEvents(admin, eventId)).toMatchObject([
      {
        id: expect.stringMatching(/^sms-received:/),
        reason: "unknown-channel",
        original: { data: { from: ROBIN.slice(1), to: "18005559999", message: "My tent leaks." } },
      },
    ]);
    expect(twin.eventGrid.deliveries().filter((delivery) => delivery.eventId === eventId)).toMatchObject([
      { status: 202 },
    ]);
  });

  it("is processed when its number becomes a channel and the administrator replays it", async () => {
    const { twin, admin, ana } = await startTeam();
    const eventId = await sendText({ twin }, "+18005550101", "My tent leaks.");
    const channel = {
      id: "second",
      provider: "acs",
      number: "+18005550101",
      name: "Second",
      enabled: true,
      capacityUnits: 1,
    };
    await admin.call("settings/channels/second", { method: "PUT", body: channel });
    const [quarantined] = await quarantinedEvents(admin, eventId);
    if (!quarantined) throw new Error("The event is not in quarantine.");
    expect((await replay(admin, quarantined)).body.replayedAt).toMatch(/Z$/);
    expect((await replay(admin, quarantined)).status).toBe(200);
    await twin.settled();
    const [id = "", ...others] = await ana.workItems("offered");
    expect(others).toEqual([]);
    expect(await textsOf(ana, id)).toEqual(["My tent leaks."]);
    expect((await quarantinedEvents(admin, eventId))[0]?.replayedAt).toBeDefined();
  });

  it.each([
    { path: "organisation/organisation", member: "smsEnabled", reason: "sms-disabled" },
    { path: "channels/main", member: "enabled", reason: "channel-disabled" },
  ])("waits while SMS is disabled, to be replayed when it is enabled again: $reason", async (row) => {
    const team = await startTeam();
    await changeSetting(team.admin, row.path, { [row.member]: false });
    const eventIds = [await sendText(team, team.number, "My tent leaks."), await sendText(team, team.number, "Hello?")];
    const quarantined = await quarantinedEvents(team.admin, ...eventIds);
    expect(quarantined).toMatchObject([{ reason: row.reason }, { reason: row.reason }]);
    expect(await team.ana.workItems()).toEqual([]);

    for (const event of quarantined) expect((await replay(team.admin, event)).status).toBe(409);
    await changeSetting(team.admin, row.path, { [row.member]: true });
    for (const event of quarantined) expect((await replay(team.admin, event)).status).toBe(200); // newest first, so out of order
    await team.twin.settled();
    const [id = "", ...others] = await team.ana.workItems("offered");
    expect(others).toEqual([]);
    expect(await textsOf(team.ana, id)).toEqual(["My tent leaks.", "Hello?"]);
  });

  it("no longer occurs once SMS is enabled again", async () => {
    const team = await startTeam();
    await changeSetting(team.admin, "organisation/organisation", { smsEnabled: false });
    await changeSetting(team.admin, "organisation/organisation", { smsEnabled: true });
    expect(await textsOf(team.ana, await openAndAccept(team, "My tent leaks."))).toEqual(["My tent leaks."]);
  });

  const good = { messageId: "good", from: ROBIN, message: "My tent leaks." };
  it.each([
    { wrong: "data.messageId", data: { ...good, messageId: undefined } },
    { wrong: "data.from", data: { ...good, from: "+1 425 555 0123 ext. 4" } },
    { wrong: "data.to", data: { ...good, to: "" } },
    { wrong: "data.receivedTimestamp", data: { ...good, receivedTimestamp: "yesterday" } },
    { wrong: "data", data: undefined },
    { wrong: "eventType", data: good, eventType: "Microsoft.Communication.ChatMessageReceived" },
  ])(
    "is quarantined whole when it cannot be parsed, and the detail names the member: $wrong",
    async ({ wrong, data, ...members }) => {
      const { twin, admin } = nextTeam();
      const event = { ...receivedEvent(twin, { ...data }), id: `unreadable-${wrong}`, ...members };
      const sent = data === undefined ? { ...event, data } : event;
      expect(await deliver(twin, "sms-received", sent)).toBe(202);
      const quarantined = await quarantinedEvents(admin, event.id);
      expect(quarantined).toMatchObject([{ reason: "unreadable", original: JSON.parse(JSON.stringify(sent)) }]);
      expect(quarantined[0]?.detail).toContain(wrong);
      expect(quarantined[0]?.detail).not.toMatch(/425|tent/);
    },
  );

  it("is logged with its reason", async () => {
    const warnings: string[] = [];
    const log = ({ level, message }: LogEntry) => void (level === "warning" && warnings.push(message));
    const team = await startTeam({}, { log });
    await sendText(team, "+18005559999", "My tent leaks.");
    await deliver(team.twin, "sms-received", receivedEvent(team.twin, { messageId: "wrong", from: "" }));
    expect(warnings).toEqual([
      'quarantined: {"source":"sms-received","provider":"acs","reason":"unknown-channel"}',
      'quarantined: {"source":"sms-received","provider":"acs","reason":"unreadable"}',
    ]);
  });

  it("is quarantined once, however often it is delivered", async () => {
    const { twin, admin } = nextTeam();
    const event = receivedEvent(twin, { messageId: "twice", from: "not a number" });
    await deliver(twin, "sms-received", event);
    await deliver(twin, "sms-received", event);
    expect(await quarantinedEvents(admin, event.id)).toHaveLength(1);
  });

  it("is processed by a replay when it is a STOP", async () => {
    const team = await startTeam();
    await changeSetting(team.admin, "channels/main", { enabled: false });
    const eventId = await sendText(team, team.number, "STOP");
    await changeSetting(team.admin, "channels/main", { enabled: true });
    for (const event of await quarantinedEvents(team.admin, eventId)) await replay(team.admin, event);
    const id = await openAndAccept(team, "A last question.");
    expect((await team.ana.call(`conversations/${id}`)).body.optedOut).toBe(true);
  });
});
