import { describe, expect, it, vi } from "vitest";
import {
  awaitReports,
  fetchReply,
  messagesOf,
  openAndAccept,
  replyAndAwaitReport,
  textsOf,
  textsOnHandset,
} from "../support/conversation-steps.ts";
import { deliver, receivedEvent } from "../support/event-grid-events.ts";
import { Latch } from "../support/latch.ts";
import { ROBIN, shareTwin, startTeam, type Team } from "../support/team.ts";

const nextTeam = shareTwin();

// The carrier blocks texts after STOP, but not after REVOKE, which only Hilo handles.
const OUR_STOP = "REVOKE";

const isOptedOut = async ({ ana }: Pick<Team, "ana">, id: string): Promise<boolean> =>
  (await ana.call(`conversations/${id}`)).body.optedOut;

describe("a text that consists of a keyword", () => {
  it.each(["STOP", "stop.", "Unsubscribe", "CANCEL", "End", "quit", "StopAll", "revoke", "opt-out", "Arrêt"])(
    "opens no conversation and opts the customer out: %s",
    async (word) => {
      const team = nextTeam();
      await team.text(ROBIN, word);
      expect(await team.ana.workItems()).toEqual([]);
      const id = await openAndAccept(team, "A last question.");
      expect(await isOptedOut(team, id)).toBe(true);
      expect(await textsOf(team.ana, id, "thread")).toEqual([word, "A last question."]);
    },
  );

  it.each(["START", "Unstop!", "yes"])("opts the customer in again: %s", async (word) => {
    const team = nextTeam();
    await team.text(ROBIN, OUR_STOP);
    await team.text(ROBIN, word);
    expect(await team.ana.workItems()).toEqual([]);
    const id = await openAndAccept(team, "My tent leaks.");
    expect(await isOptedOut(team, id)).toBe(false);
    expect(await replyAndAwaitReport(team, id, "Which one is it?")).toMatchObject({ state: "delivered" });
    expect(textsOnHandset(team)).toEqual(["Which one is it?"]);
  });

  it.each(["HELP", "info", "Aide"])("opens no conversation and changes no consent: %s", async (word) => {
    const team = nextTeam();
    await team.text(ROBIN, "STOP");
    await team.text(ROBIN, word);
    expect(await team.ana.workItems()).toEqual([]);
    expect(await isOptedOut(team, await openAndAccept(team, "A last question."))).toBe(true);
  });

  it("is shown in the open conversation, whose state does not change", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    await team.text(ROBIN, "STOP");
    const { body } = await team.ana.call(`conversations/${id}`);
    expect(body).toMatchObject({ state: "active", agentId: team.ana.id, optedOut: true, preview: "STOP" });
    expect(await textsOf(team.ana, id)).toEqual(["My tent leaks.", "STOP"]);
  });

  it("leaves a parked conversation parked", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    await team.ana.act(id, "park");
    await team.text(ROBIN, "STOP");
    expect(await team.ana.workItems("waiting")).toEqual([id]);
  });
});

describe("a text that is not a keyword", () => {
  it.each(["Please stop the delivery", "STOP it", "How do I end my contract?", "YES"])(
    "opens a conversation like any other: %s",
    async (text) => {
      const team = nextTeam();
      const id = await openAndAccept(team, text);
      expect(await isOptedOut(team, id)).toBe(false);
      expect(await messagesOf(team.ana, id)).toMatchObject([{ text }]);
    },
  );
});

describe("a customer who has opted out", () => {
  it("gets no reply: the API refuses it", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    await team.text(ROBIN, OUR_STOP);
    const { status, body } = await team.ana.reply(id, "But wait!");
    await team.twin.settled();
    expect(status).toBe(409);
    expect(body.type).toBe("urn:hilo:problem:recipient-opted-out");
    expect(textsOnHandset(team)).toEqual([]);
    expect(await textsOf(team.ana, id)).toEqual(["My tent leaks.", OUR_STOP]);
  });

  it("does not get a reply that was queued before the opt-out, and the agent sees why", async () => {
    const latch = new Latch("outbound-sms");
    const team = await startTeam({}, { faults: latch.faults });
    const id = await openAndAccept(team);
    latch.close();
    const answer = await team.ana.reply(id, "But wait!");
    await vi.waitFor(() => expect(latch.waitingCount).toBe(1));
    await team.customer(ROBIN).text(team.number, OUR_STOP);
    await vi.waitFor(async () => expect(await isOptedOut(team, id)).toBe(true));
    latch.open();
    await team.twin.settled();
    expect(await fetchReply(team.ana, id, answer)).toMatchObject({ state: "failed", failure: "recipient-opted-out" });
    expect(textsOnHandset(team)).toEqual([]);
  });

  it("can be answered again in the same conversation after opting in", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    await team.text(ROBIN, OUR_STOP);
    await team.text(ROBIN, "START");
    expect(await replyAndAwaitReport(team, id, "Welcome back.")).toMatchObject({ state: "delivered" });
    expect(textsOnHandset(team)).toEqual(["Welcome back."]);
  });

  it("has opted out of that channel only", async () => {
    const [team, other] = [nextTeam(), nextTeam()];
    await team.text(ROBIN, OUR_STOP);
    expect(await isOptedOut(other, await openAndAccept(other))).toBe(false);
  });
});

describe("the latest keyword of a customer", () => {
  /** The events of a STOP, and of a START that was sent a second later. */
  const keywordEvents = ({ twin, number }: Team) => {
    const at = (seconds: number) => new Date(twin.clock.now() + seconds * 1000).toISOString();
    const eventOf = (message: string, seconds: number) =>
      receivedEvent(twin, {
        messageId: `${message}-${number}`,
        from: ROBIN,
        to: number,
        message,
        receivedTimestamp: at(seconds),
      });
    return { stop: eventOf("STOP", -2), start: eventOf("START", -1) };
  };

  it.each([
    { sequence: "an earlier STOP arrives late", order: ["start", "stop"] },
    { sequence: "the STOP before it arrives twice", order: ["stop", "start", "stop"] },
  ] as const)("decides when $sequence", async ({ order }) => {
    const team = nextTeam();
    const events = keywordEvents(team);
    for (const word of order) expect(await deliver(team.twin, "sms-received", events[word])).toBe(202);
    expect(await isOptedOut(team, await openAndAccept(team))).toBe(false);
  });
});

describe("the replies to HELP", () => {
  it("are three an hour", async () => {
    const team = await startTeam({ channels: [{ id: "main", numberType: "long-code" }] });
    const help = async () => {
      await team.text(ROBIN, "HELP");
      await awaitReports(team);
    };
    const received = () => team.customer(ROBIN).received();
    for (const _ of [1, 2, 3, 4, 5]) {
      await help();
      team.twin.clock.advance(10_000);
    }
    expect(await received()).toHaveLength(3);
    team.twin.clock.advance(3_600_000);
    await help();
    expect(await received()).toHaveLength(4);
    expect(new Set(await received()).size).toBe(1);
  });
});
