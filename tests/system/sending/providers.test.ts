import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { advanceUntilSettled } from "../support/advance-until-settled.ts";
import {
  awaitReports,
  closeConversation,
  messagesOf,
  openAndAccept,
  replyAndAwaitReport,
  textsOf,
  textsOnHandset,
} from "../support/conversation-steps.ts";
import { Latch } from "../support/latch.ts";
import { ROBIN, shareTwin, startTeam, type Team } from "../support/team.ts";

/** Each provider, the type of the channel's number, a delivery code for an unreachable handset, and who replies to STOP. */
const PROVIDERS = [
  { provider: "acs", type: "toll-free", failureCode: 4006, repliesToStop: true },
  { provider: "twilio", type: "long-code", failureCode: 30003, repliesToStop: true },
  { provider: "telesign", type: "long-code", failureCode: 210, repliesToStop: false },
] as const;

const LONG = `${"ñandú ".repeat(266)}😀!!`; // 1,600 UTF-16 code units

describe.each(PROVIDERS)("a conversation over $provider", ({ provider, type, failureCode, repliesToStop }) => {
  const nextTeam = shareTwin({ provider, numberType: type });
  const injectFault = (team: Team, fault: Parameters<Team["twin"]["phoneNetwork"]["addFault"]>[0]) =>
    team.twin.phoneNetwork.addFault({ match: team.number, ...fault });

  it("goes from the first text to a delivered reply, is parked, resumed and ended, and is followed by the next", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    expect(await replyAndAwaitReport(team, id, "Which model is it?")).toMatchObject({ state: "delivered" });
    expect(textsOnHandset(team)).toEqual(["Which model is it?"]);
    expect((await team.ana.act(id, "park")).body.state).toBe("waiting");
    expect((await team.ana.act(id, "resume")).body.state).toBe("active");
    await team.text(ROBIN, "The Ridge 2.");
    expect(await textsOf(team.ana, id)).toEqual(["My tent leaks.", "Which model is it?", "The Ridge 2."]);
    await closeConversation(team.ana, id);
    await team.ben.setPresence("away");
    const next = await openAndAccept(team, "And now a pole broke.");
    expect(next).not.toBe(id);
  });

  it("shows the agent nothing of the provider except a failure's code", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    await replyAndAwaitReport(team, id, "Which model is it?");
    const seen = [await messagesOf(team.ana, id), (await team.ana.call(`conversations/${id}`)).body];
    const { channelId: _, ...rest } = seen[1] as Record<string, unknown>;
    expect(JSON.stringify([seen[0], rest]).replaceAll(/"(acs|twilio|telesign):[^"]*"/g, '""')).not.toContain(provider);
    injectFault(team, { on: "report", effect: "fail", code: failureCode });
    expect(await replyAndAwaitReport(team, id, "Are you there?")).toMatchObject({
      state: "failed",
      failure: "handset-unreachable",
      code: String(failureCode),
    });
  });

  it("carries texts of 1,600 characters whole in both directions", async () => {
    const team = nextTeam();
    expect(LONG).toHaveLength(1600);
    const id = await openAndAccept(team, LONG);
    expect(await textsOf(team.ana, id)).toEqual([LONG]);
    expect(await replyAndAwaitReport(team, id, LONG)).toMatchObject({ state: "delivered" });
    expect(textsOnHandset(team)).toEqual([LONG]);
    expect((await team.ana.reply(id, `${LONG}!`)).status).toBe(422);
  });

  it("processes a text once that arrives twice, even after the conversation has closed", async () => {
    const team = nextTeam();
    injectFault(team, { on: "event", effect: "deliver-twice" });
    const id = await openAndAccept(team);
    injectFault(team, { on: "event", effect: "replay", delayMs: 60_000 });
    await team.text(ROBIN, "Hello?");
    await closeConversation(team.ana, id);
    team.twin.clock.advance(60_000);
    await team.twin.settled();
    expect(await textsOf(team.ana, id, "thread")).toEqual(["My tent leaks.", "Hello?"]);
    expect(await team.ana.workItems()).toEqual([]);
  });

  it.each(["duplicate", "regress", "lose"] as const)(
    "shows the right state of a reply when its report is hit by: %s",
    async (effect) => {
      const team = nextTeam();
      const id = await openAndAccept(team);
      injectFault(team, { on: "report", effect });
      const reply = await replyAndAwaitReport(team, id, "Which model is it?");
      expect(reply.state).toBe(effect === "lose" ? "sent" : "delivered");
    },
  );

  it("sends a reply once when the connection breaks after the provider accepted it", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    injectFault(team, { on: "send", effect: "drop-connection" });
    expect(await replyAndAwaitReport(team, id, "Which model is it?")).toMatchObject({ state: "delivered" });
    expect(textsOnHandset(team)).toEqual(["Which model is it?"]);
  });

  it("distinguishes two equal replies from one that is retried", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    expect(await replyAndAwaitReport(team, id, "OK")).toMatchObject({ state: "delivered" });
    injectFault(team, { on: "send", effect: "drop-connection" });
    expect(await replyAndAwaitReport(team, id, "OK")).toMatchObject({ state: "delivered" });
    expect(textsOnHandset(team)).toEqual(["OK", "OK"]);
  });

  it("sends a reply when a throttling provider recovers", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    injectFault(team, { on: "send", effect: "status", status: 429, times: 5 });
    expect(await replyAndAwaitReport(team, id, "Which model is it?")).toMatchObject({ state: "delivered" });
    expect(textsOnHandset(team)).toEqual(["Which model is it?"]);
  });

  it("handles STOP and START, and each gets exactly one reply", async () => {
    const team = nextTeam();
    const id = await openAndAccept(team);
    await team.text(ROBIN, "STOP");
    await awaitReports(team);
    const replies = () => team.twin.phoneNetwork.handset(ROBIN).filter(({ from }) => from === team.number);
    expect(replies()).toHaveLength(1);
    expect(replies()[0]?.origin).toBe(repliesToStop ? "network" : "sender");
    expect((await team.ana.reply(id, "Wait!")).body.type).toBe("urn:hilo:problem:recipient-opted-out");
    await team.text(ROBIN, "START");
    await awaitReports(team);
    expect(replies()).toHaveLength(2);
    expect(await replyAndAwaitReport(team, id, "Welcome back.")).toMatchObject({ state: "delivered" });
  });
});

describe("a webhook request", () => {
  it.each([
    ["twilio", "forge"],
    ["twilio", "tamper"],
    ["telesign", "forge"],
    ["telesign", "tamper"],
  ] as const)("of %s has no effect when its signature is wrong: %s", async (provider, effect) => {
    const team = nextTeamOf[provider]();
    team.twin.phoneNetwork.addFault({ on: "event", effect, match: team.number });
    await team.text(ROBIN, "My tent leaks.");
    expect(await team.ana.workItems()).toEqual([]);
    const statuses = team.twin.phoneNetwork.webhookCalls().map(({ status }) => status);
    expect(statuses).toContain(403);
    const { body } = await team.admin.call("quarantine");
    expect(body.items).toEqual([]);
  });

  it("is accepted when it is signed with the secondary token of a rotation", async () => {
    const team = nextTeamOf.twilio();
    team.twin.phoneNetwork.addFault({ on: "event", effect: "other-token", match: team.number });
    await openAndAccept(team);
  });

  it("is accepted in either form that TeleSign documents", async () => {
    const team = nextTeamOf.telesign();
    team.twin.phoneNetwork.addFault({ on: "event", effect: "bare-signature", match: team.number });
    await openAndAccept(team);
  });

  const nextTeamOf = {
    twilio: shareTwin({ provider: "twilio", numberType: "long-code" }),
    telesign: shareTwin({ provider: "telesign", numberType: "long-code" }),
  };
});

describe("an opt-out", () => {
  const nextTeam = shareTwin({ provider: "telesign", numberType: "long-code" });

  it("holds for one channel and not for another", async () => {
    const [team, other] = [nextTeam(), nextTeam()];
    const [id, otherId] = [await openAndAccept(team), await openAndAccept(other)];
    await team.text(ROBIN, "STOP");
    expect((await team.ana.reply(id, "Wait!")).status).toBe(409);
    expect(await replyAndAwaitReport(other, otherId, "We are still here.")).toMatchObject({ state: "delivered" });
  });

  it("holds for every order of replies, STOP and START, and for replies that wait", {
    timeout: 300_000,
  }, async () => {
    const latch = new Latch("outbound-sms");
    const channels = [{ id: "main", provider: "telesign", numberType: "long-code" as const }];
    const team = await startTeam({ channels, agents: [{ id: "ana", capacity: 100 }] }, { faults: latch.faults });
    let customers = 0;
    const step = fc.constantFrom<OptOutStep[]>("reply", "STOP", "START", "hold replies", "release replies");
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 8 }), async (steps) => {
        const customer = `+1425556${1000 + customers++}`;
        const scenario = new OptOutScenario({ team, latch, customer }, await openAndAccept(team, "Hello", customer));
        for (const next of [...steps, "release replies" as const]) await scenario.play(next);
        const received = textsOnHandset(team, customer).filter((text) => text.startsWith("reply"));
        expect(received).toEqual(scenario.allowedReplies);
      }),
      { numRuns: 8 },
    );
  });
});

type OptOutStep = "reply" | "STOP" | "START" | "hold replies" | "release replies";

/** Replies and keywords in one conversation, where the sending of replies can be held back. */
class OptOutScenario {
  /** The replies that the customer may get: those that are sent while the last keyword is not STOP. */
  readonly allowedReplies: string[] = [];
  readonly #team: Team;
  readonly #latch: Latch;
  readonly #customer: string;
  readonly #conversationId: string;
  readonly #steps: Readonly<Record<OptOutStep, () => Promise<void> | void>> = {
    reply: () => this.#reply(),
    STOP: () => this.#text("STOP"),
    START: () => this.#text("START"),
    "hold replies": () => {
      this.#latch.close();
      this.#isHeld = true;
    },
    "release replies": () => {
      this.#latch.open();
      this.#isHeld = false;
    },
  };
  #queuedReplies: string[] = [];
  #replyCount = 0;
  #isOptedOut = false;
  #isHeld = false;

  constructor(
    { team, latch, customer }: { readonly team: Team; readonly latch: Latch; readonly customer: string },
    conversationId: string,
  ) {
    this.#team = team;
    this.#latch = latch;
    this.#customer = customer;
    this.#conversationId = conversationId;
  }

  async play(step: OptOutStep): Promise<void> {
    this.#team.twin.clock.advance(1000);
    await this.#steps[step]();
    if (this.#isHeld) return;
    await advanceUntilSettled(this.#team.twin);
    if (!this.#isOptedOut) this.allowedReplies.push(...this.#queuedReplies);
    this.#queuedReplies = [];
  }

  async #text(keyword: "STOP" | "START"): Promise<void> {
    this.#isOptedOut = keyword === "STOP";
    await this.#team.customer(this.#customer).text(this.#team.number, keyword);
    await vi.waitFor(async () => {
      const { body } = await this.#team.ana.call(`conversations/${this.#conversationId}`);
      expect(body.optedOut).toBe(this.#isOptedOut);
    }, 10_000);
  }

  async #reply(): Promise<void> {
    const text = `reply ${++this.#replyCount}`;
    const { status } = await this.#team.ana.reply(this.#conversationId, text);
    expect(status).toBe(this.#isOptedOut ? 409 : 202);
    if (!this.#isOptedOut) this.#queuedReplies.push(text);
  }
}
