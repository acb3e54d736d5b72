import { describe, expect, it } from "vitest";
import { textsOf } from "../support/conversation-steps.ts";
import { deliver, receivedEvent } from "../support/event-grid-events.ts";
import { quarantinedEvents, replay } from "../support/quarantine-client.ts";
import { shareTwin, type Team } from "../support/team.ts";

const nextTeam = shareTwin();

const eventFrom = ({ twin, number }: Team, from: string, to = number) =>
  receivedEvent(twin, { messageId: `${from}-${number}`, from, to, message: "Your code is 1234." });

describe("a text from a sender name", () => {
  it.each(["CONTOSO", "Booking.com", "1-800-GIFTS", "McDonald's", "Société"])(
    "opens a conversation that cannot be answered: %s",
    async (from) => {
      const team = nextTeam();
      expect(await deliver(team.twin, "sms-received", eventFrom(team, from))).toBe(202);
      const [id = "", ...others] = await team.ana.workItems("offered");
      expect(others).toEqual([]);
      await team.ana.act(id, "accept");
      expect((await team.ana.call(`conversations/${id}`)).body).toMatchObject({ customer: from, state: "active" });
      const { status, body } = await team.ana.reply(id, "Who are you?");
      expect([status, body.type]).toEqual([409, "urn:hilo:problem:recipient-cannot-be-texted"]);
    },
  );

  it("is processed by a replay like any other", async () => {
    const team = nextTeam();
    const number = `+1800555${9_000 + Number(team.number.slice(-2))}`;
    const event = eventFrom(team, "Booking.com", number);
    await deliver(team.twin, "sms-received", event);
    const [quarantined] = await quarantinedEvents(team.admin, event.id);
    expect(quarantined?.reason).toBe("unknown-channel");
    const channel = {
      id: `names-${team.queueId}`,
      provider: "acs",
      number,
      name: "Names",
      enabled: true,
      queueId: team.queueId,
    };
    expect((await team.admin.call(`settings/channels/${channel.id}`, { method: "PUT", body: channel })).status).toBe(
      200,
    );
    if (quarantined) expect((await replay(team.admin, quarantined)).status).toBe(200);
    await team.twin.settled();
    expect(await textsOf(team.ana, await offeredTo(team))).toEqual(["Your code is 1234."]);
  });
});

const offeredTo = async ({ ana }: Team): Promise<string> => (await ana.workItems("offered"))[0] ?? "";
