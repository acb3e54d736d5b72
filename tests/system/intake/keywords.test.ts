import { describe, expect, it, vi } from "vitest";
import {
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

// The network itself blocks texts after STOP, but not after REVOKE: there it is up to Hilo alone.
const OUR_STOP = "REVOKE";

const isOptedOut = async ({ ana }: Pick<Team, "ana">, id: string): Promise<boolean> =>
  (await ana.call(`conversations/${id}`)).body.optedOut;

describe("a keyword and nothing else", () => {
  it.each(["STOP", "stop.", "Unsubscribe", "CANCEL", "End", "quit", "StopAll", "revoke", "opt-out", "Arrêt"])(
    "opens no conversation, and opts the customer out: %s",
    async (word) => {
      const team = nextTeam();
      await team.text(ROBIN, word);
      expect(await team.ana.workItems()).toEqual([]);
      const id = await openAndAccept(team, "A last question.");
      expect(await isOptedOut(team, id)).toBe(true);
      expect(await textsOf(team.ana, id, "thread")).toEqual([word, "A last question."]);
    },
  );

  it.each(["START", "Unstop!", "yes"])("brings the customer back who had opted out: %s", async (word) => {
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

  it("is shown in the conversation that is open, which stays as it is", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    await team.text(ROBIN, "STOP");
    const { body } = await team.ana.call(`conversations/${id}`);
    expect(body).toMatchObject({ state: "active", agentId: team.ana.id, optedOut: true, preview: "STOP" });
    expect(await textsOf(team.ana, id)).toEqual(["My tent leaks.", "STOP"]);
  });

  it("calls nobody back to a conversation that was put aside", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    await team.ana.act(id, "park");
    await team.text(ROBIN, "STOP");
    expect(await team.ana.workItems("waiting")).toEqual([id]);
  });
});

describe("a text that is no keyword", () => {
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
  it("gets nothing: a reply is refused", async () => {
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

  it("gets nothing of a reply that was on its way to the provider, and the agent sees why", async () => {
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

describe("the customer's last word", () => {
  /** The events of a STOP and of a START that was sent a second later. */
  const wordsTo = ({ twin, number }: Team) => {
    const at = (seconds: number) => new Date(twin.clock.now() + seconds * 1000).toISOString();
    const word = (message: string, seconds: number) =>
      receivedEvent(twin, {
        messageId: `${message}-${number}`,
        from: ROBIN,
        to: number,
        message,
        receivedTimestamp: at(seconds),
      });
    return { stop: word("STOP", -2), start: word("START", -1) };
  };

  it.each([
    { course: "an earlier STOP comes late", order: ["start", "stop"] },
    { course: "the STOP before it comes twice", order: ["stop", "start", "stop"] },
  ] as const)("counts when $course", async ({ order }) => {
    const team = nextTeam();
    const events = wordsTo(team);
    for (const each of order) expect(await deliver(team.twin, "sms-received", events[each])).toBe(202);
    expect(await isOptedOut(team, await openAndAccept(team))).toBe(false);
  });
});
