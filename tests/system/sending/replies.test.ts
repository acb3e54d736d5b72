import { describe, expect, it, vi } from "vitest";
import type { HttpResponse } from "../../../local/people.ts";
import {
  fetchReply,
  openAndAccept,
  replyAndAwaitReport,
  textsOf,
  textsOnHandset,
} from "../support/conversation-steps.ts";
import { Latch } from "../support/latch.ts";
import { bringTo, ROBIN, shareTwin, startTeam } from "../support/team.ts";

const nextTeam = shareTwin();

const typeOf = ({ status, body }: HttpResponse) => `${status} ${body.type?.replace("urn:hilo:problem:", "")}`;

describe("a reply", () => {
  it("is accepted at once and reaches the customer's phone from the number that was texted", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    const { status, body } = await team.ana.reply(id, "Which one is it?");
    expect(status).toBe(202);
    expect(body.message).toMatchObject({
      state: "queued",
      text: "Which one is it?",
      segments: 1,
      agentId: team.ana.id,
    });
    await team.twin.settled();
    expect(textsOnHandset(team)).toEqual(["Which one is it?"]);
  });

  it.each([
    { name: "1,600 characters", text: "a".repeat(1600), segments: 11 },
    { name: "800 emoji, of two UTF-16 units each", text: "😀".repeat(800), segments: 25 },
  ])("may have $name, and arrives whole", async ({ text, segments }) => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    expect(await replyAndAwaitReport(team, id, text)).toMatchObject({ state: "delivered", segments });
    expect(textsOnHandset(team)).toEqual([text]);
  });

  it.each([
    { name: "1,601 characters", text: "a".repeat(1601), length: 1601 },
    { name: "801 emoji", text: "😀".repeat(801), length: 1602 },
  ])("is refused with $name, and nothing is sent", async ({ text, length }) => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    const answer = await team.ana.reply(id, text);
    await team.twin.settled();
    expect(typeOf(answer)).toBe("422 invalid");
    expect(answer.body).toMatchObject({ length, limit: 1600, errors: [{ field: "text" }] });
    expect(textsOnHandset(team)).toEqual([]);
    expect(await textsOf(team.ana, id)).toEqual(["My tent leaks."]);
  });

  it.each([{ text: "" }, { text: " \n\t" }, {}, { text: 7 }, { text: "Hello", to: ROBIN }])(
    "is refused as %j, and nothing is sent",
    async (body) => {
      const team = nextTeam();
      const id = await openAndAccept(team);
      const answer = await team.ana.call(`conversations/${id}/replies`, { body });
      await team.twin.settled();
      expect(typeOf(answer)).toBe("422 invalid");
      expect(textsOnHandset(team)).toEqual([]);
    },
  );

  it.each([
    { name: "160 letters", text: "a".repeat(160), segments: 1 },
    { name: "161 letters", text: "a".repeat(161), segments: 2 },
    { name: "characters outside GSM-7", text: "¿Cuál es?", segments: 1 },
    { name: "one of those among 70 others", text: `${"a".repeat(70)}ç`, segments: 2 },
  ])("has the number of segments that the carrier counts: $name", async ({ text, segments }) => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    const { body } = await team.ana.reply(id, text);
    await team.twin.settled();
    expect(body.message.segments).toBe(segments);
    const received = team.twin.phoneNetwork.handset(ROBIN).filter(({ from }) => from === team.number);
    expect(received).toMatchObject([{ segmentCount: segments }]);
  });
});

describe("the right to reply", () => {
  it("belongs only to the agent who has the conversation", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    expect(typeOf(await team.ben.reply(id, "Hello"))).toBe("403 not-assigned-to-you");
    expect(typeOf(await team.sofia.reply(id, "Hello"))).toBe("403 not-assigned-to-you");
    expect(typeOf(await team.admin.reply(id, "Hello"))).toBe("403 forbidden");
    await team.twin.settled();
    expect(textsOnHandset(team)).toEqual([]);
  });

  it.each(["queued", "offered", "waiting", "wrap-up", "closed"] as const)(
    "is denied while the conversation is %s",
    async (state) => {
      const team = nextTeam();
      const id = await bringTo(state, team);
      const answer = await team.ana.reply(id, "Hello");
      expect(typeOf(answer)).toBe("409 conflict");
      expect(answer.body.state).toBe(state);
      await team.twin.settled();
      expect(textsOnHandset(team)).toEqual([]);
    },
  );

  it("is denied for a conversation that does not exist", async () => {
    const { ana } = nextTeam();
    expect(typeOf(await ana.reply(`${"0".repeat(24)}.1`, "Hello"))).toBe("404 not-found");
  });

  it("is denied when the customer's address is a short code, which receives no texts", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team, "Your parcel is on its way.", "24365");
    expect(typeOf(await team.ana.reply(id, "Hello"))).toBe("409 recipient-cannot-be-texted");
  });
});

describe("disabled SMS", () => {
  it.each([
    { path: "organisation/organisation", off: { smsEnabled: false }, problem: "sms-disabled" },
    { path: "channels/main", off: { enabled: false }, problem: "channel-disabled" },
  ])("makes the API refuse replies, and fails queued ones: $problem", async ({ path, off, problem }) => {
    const latch = new Latch("outbound-sms");
    const team = await startTeam({}, { faults: latch.faults });
    const id = await openAndAccept(team);
    latch.close();
    const queued = await team.ana.reply(id, "On its way.");
    await vi.waitFor(() => expect(latch.waitingCount).toBe(1));
    const { body: setting } = await team.admin.call(`settings/${path}`);
    await team.admin.call(`settings/${path}`, { method: "PUT", body: { ...setting, ...off } });
    latch.open();
    expect(typeOf(await team.ana.reply(id, "Hello"))).toBe(`409 ${problem}`);
    await team.twin.settled();
    expect(await fetchReply(team.ana, id, queued)).toMatchObject({ state: "failed", failure: problem });
    expect(textsOnHandset(team)).toEqual([]);

    await team.admin.call(`settings/${path}`, { method: "PUT", body: setting });
    expect(await replyAndAwaitReport(team, id, "We are back.")).toMatchObject({ state: "delivered" });
  });
});
