import { describe, expect, it } from "vitest";
import { callHttp } from "../../../local/people.ts";
import { deliver, receivedEvent } from "../support/event-grid-events.ts";
import { type QuarantinedEvent, quarantinedEvents, replay, sendText } from "../support/quarantine-client.ts";
import { shareTwin, startTeam } from "../support/team.ts";

const nextTeam = shareTwin();

describe("the quarantine", () => {
  it("is listed newest first, in pages", async () => {
    const { twin, admin } = await startTeam();
    const eventIds: string[] = [];
    for (const text of ["One.", "Two.", "Three."]) eventIds.push(await sendText({ twin }, "+18005559999", text));
    const first = await admin.call("quarantine?limit=2");
    const second = await admin.call(`quarantine?limit=2&continuation=${first.body.continuation}`);
    const listed = [...first.body.items, ...second.body.items].map(({ original }: QuarantinedEvent) => original.id);
    expect(first.body.items).toHaveLength(2);
    expect(listed).toEqual(eventIds.toReversed());
  });

  it("keeps an event whose replay fails, and says why", async () => {
    const { twin, admin } = nextTeam();
    const event = receivedEvent(twin, { messageId: "still", from: "not a number" });
    await deliver(twin, "sms-received", event);
    const [quarantined] = await quarantinedEvents(admin, event.id);
    if (!quarantined) throw new Error("The event is not in quarantine.");
    const { status, body } = await replay(admin, quarantined);
    expect(status).toBe(409);
    expect(body).toMatchObject({ type: "urn:hilo:problem:replay-failed", reason: "unreadable" });
    expect(body.detail).toContain("data.from");
    expect((await quarantinedEvents(admin, event.id))[0]?.replayedAt).toBeUndefined();
  });

  it("responds 404 to the replay of an unknown id", async () => {
    const { admin } = nextTeam();
    expect((await replay(admin, { id: "sms-received:0123" })).status).toBe(404);
  });

  it.each(["ana", "sofia"] as const)("is closed to %s, who is not an administrator", async (who) => {
    const { [who]: colleague } = nextTeam();
    expect((await colleague.call("quarantine")).status).toBe(403);
    expect((await replay(colleague, { id: "sms-received:0123" })).status).toBe(403);
  });

  it("is closed to requests without a token", async () => {
    const { twin } = nextTeam();
    expect((await callHttp(`${twin.addresses.functions}/api/quarantine`)).status).toBe(401);
  });
});
