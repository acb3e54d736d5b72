import fc from "fast-check";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { sampleChannel, sampleCompany } from "../../tests/fakes/sample-organisation.ts";
import { sampleText } from "../../tests/fakes/sample-text.ts";
import { storeNextReply, storeReply } from "../../tests/fakes/stored-reply.ts";
import { isOptedOut } from "../consent/consent.ts";
import { receiveText } from "../intake/receive-text.ts";
import { OutcomeUnknownError, TransientError } from "../kernel/errors.ts";
import { agentIdSchema } from "../kernel/ids.ts";
import { addSeconds, secondsBetween } from "../kernel/instant.ts";
import type { OutboundRequest } from "../kernel/jobs.ts";
import { addBlock } from "../routing/block-number.ts";
import type { ProviderCapabilities } from "../sms/provider.ts";
import { sweep } from "../upkeep/sweep.ts";
import { sendReply } from "./send-reply.ts";
import { withdrawReply } from "./withdraw-reply.ts";

let fakes: Fakes;
/** The agent's first reply to the customer: stored, and not sent yet. */
let request: OutboundRequest;

beforeEach(async () => {
  fakes = makeFakes();
  request = await storeReply(fakes);
  fakes.clock.advance(5);
});

const setCapabilities = (some: Partial<ProviderCapabilities>) => {
  fakes.provider.capabilities = { ...fakes.provider.capabilities, ...some };
};

/** Starts again with a channel that has a pace. */
const startPaced = async () => {
  fakes = makeFakes({ channels: [sampleChannel({ segmentsPerMinute: 5 })] });
  request = await storeReply(fakes);
};

const stop = (receivedAt = fakes.now()) => receiveText(fakes, sampleText({ id: "stop", text: "STOP", receivedAt }));

const message = () => fakes.messages.replies()[0];
const optedOut = async () => {
  const thread = await fakes.threads.find(request.threadId);
  return thread && isOptedOut(thread.value);
};

describe("sendReply", () => {
  it("sends the reply through the channel's provider and records that it was accepted", async () => {
    const { threadId, messageId } = request;
    expect(await sendReply(fakes, request)).toEqual({ kind: "sent" });
    expect(fakes.provider.sent).toEqual([
      {
        messageId,
        from: "+14255550100",
        to: sampleText().from,
        text: "good morning",
        firstSentAt: message()?.createdAt,
        tag: `${threadId}/${messageId}`,
      },
    ]);
    expect(message()).toMatchObject({
      state: "sent",
      provider: "acs",
      providerMessageId: `provider-${messageId}`,
      stateChangedAt: fakes.now(),
    });
  });

  it("does nothing when the reply is sent already", async () => {
    await sendReply(fakes, request);
    const before = message();
    fakes.clock.advance(60);
    expect(await sendReply(fakes, request)).toEqual({ kind: "already-handled" });
    expect(fakes.provider.attempts).toHaveLength(1);
    expect(message()).toEqual(before);
  });

  it("does nothing when the reply has failed already", async () => {
    fakes.provider.next.push({ kind: "refused", failure: "number-invalid", code: "400" });
    expect(await sendReply(fakes, request)).toEqual({ kind: "failed", failure: "number-invalid" });
    expect(await sendReply(fakes, request)).toEqual({ kind: "already-handled" });
  });

  it("throws a TransientError when the store does not show the reply yet", async () => {
    const received = fakes.messages.all().find(({ direction }) => direction === "inbound");
    const unseen = { ...request, messageId: received?.id ?? request.messageId };
    await expect(sendReply(fakes, unseen)).rejects.toThrow(TransientError);
    expect(fakes.provider.attempts).toEqual([]);
  });

  it("throws the error of a store, which is no failure of the reply", async () => {
    fakes.hooks.before = (operation) => {
      if (operation === "messages.find") throw new TransientError("the store is down");
    };
    await expect(sendReply(fakes, request)).rejects.toThrow("the store is down");
    fakes.hooks.before = undefined;
    expect(message()).toMatchObject({ state: "queued" });
  });

  it("repeats the same request after a crash before the record, and the customer gets one text", async () => {
    fakes.hooks.before = (operation) => {
      if (operation === "messages.advanceDelivery") throw new Error("crash");
    };
    await expect(sendReply(fakes, request)).rejects.toThrow("crash");
    fakes.hooks.before = undefined;
    fakes.clock.advance(60);
    await sendReply(fakes, request);
    expect(fakes.provider.attempts).toHaveLength(2);
    expect(fakes.provider.attempts[0]).toEqual(fakes.provider.attempts[1]);
    expect(fakes.provider.sent).toHaveLength(1);
    expect(message()).toMatchObject({ state: "sent" });
  });

  it("keeps the state of a reply that was reported delivered before its send is recorded", async () => {
    const at = fakes.now();
    fakes.hooks.before = async (operation) => {
      if (operation !== "messages.advanceDelivery") return;
      fakes.hooks.before = undefined;
      await fakes.messages.advanceDelivery(request.threadId, request.messageId, { state: "delivered", at });
    };
    await sendReply(fakes, request);
    expect(message()).toMatchObject({ state: "delivered" });
  });
});

describe("a held reply", () => {
  beforeEach(async () => {
    fakes = makeFakes();
    request = await storeReply(fakes, 10);
  });

  it("is sent at the end of the hold, and ends the customer's wait then", async () => {
    const [waiting] = fakes.conversations.all();
    expect(waiting?.waitingSince).toBeDefined();
    fakes.clock.advance(10);
    expect(await sendReply(fakes, request)).toEqual({ kind: "sent" });
    expect(message()).toMatchObject({ state: "sent" });
    const [answered] = fakes.conversations.all();
    expect(answered).not.toHaveProperty("waitingSince");
    expect(answered?.lastReplyAt).toBe(message()?.createdAt);
  });

  it("is postponed until the end of the hold when the request to send it comes early", async () => {
    fakes.clock.advance(8);
    expect(await sendReply(fakes, request)).toEqual({ kind: "postponed", until: addSeconds(fakes.now(), 2) });
    expect(message()).toMatchObject({ state: "held" });
  });

  it("is not sent once it is withdrawn, and the customer still waits", async () => {
    const held = message() ?? expect.fail();
    expect(await withdrawReply(fakes, held)).toMatchObject({ state: "withdrawn" });
    fakes.clock.advance(10);
    expect(await sendReply(fakes, request)).toEqual({ kind: "already-handled" });
    expect(fakes.provider.attempts).toEqual([]);
    expect(fakes.conversations.all()[0]?.waitingSince).toBeDefined();
    expect(await withdrawReply(fakes, held)).toMatchObject({ state: "withdrawn" });
  });

  it("is not sent when it is withdrawn at the moment when it would be", async () => {
    const held = message() ?? expect.fail();
    fakes.clock.advance(10);
    fakes.hooks.before = async (operation) => {
      if (operation !== "messages.release") return;
      fakes.hooks.before = undefined;
      await withdrawReply(fakes, held);
    };
    expect(await sendReply(fakes, request)).toEqual({ kind: "already-handled" });
    expect(fakes.provider.attempts).toEqual([]);
  });

  it("can no longer be withdrawn once it is released", async () => {
    const held = message() ?? expect.fail();
    fakes.clock.advance(10);
    await sendReply(fakes, request);
    expect(await withdrawReply(fakes, held)).toBeUndefined();
  });

  it("ends the wait by the next delivery when the app crashes after the release", async () => {
    fakes.clock.advance(10);
    fakes.hooks.before = (operation) => {
      if (operation === "conversations.replace") throw new Error("crash");
    };
    await expect(sendReply(fakes, request)).rejects.toThrow("crash");
    fakes.hooks.before = undefined;
    expect(await sendReply(fakes, request)).toEqual({ kind: "sent" });
    expect(fakes.conversations.all()[0]).not.toHaveProperty("waitingSince");
  });

  it("fails at the end of the hold when the customer has opted out", async () => {
    await stop();
    fakes.clock.advance(10);
    expect(await sendReply(fakes, request)).toEqual({ kind: "failed", failure: "recipient-opted-out" });
  });

  it("is skipped once it is withdrawn: the next reply waits for the one before", async () => {
    const withdrawn = await storeNextReply(fakes, 30);
    const next = await storeNextReply(fakes);
    const stored = await fakes.messages.find(withdrawn.threadId, withdrawn.messageId);
    if (stored?.direction !== "outbound") expect.fail();
    await withdrawReply(fakes, stored);
    expect(await sendReply(fakes, next)).toMatchObject({ kind: "postponed" });
    fakes.clock.advance(10);
    expect(await sendReply(fakes, request)).toEqual({ kind: "sent" });
    expect(await sendReply(fakes, next)).toMatchObject({ kind: "sent" });
  });

  it("holds back the next reply until it is sent, and not when it is withdrawn", async () => {
    const next = await storeNextReply(fakes);
    const until = addSeconds(fakes.now(), 10);
    expect(await sendReply(fakes, next)).toEqual({ kind: "postponed", until });
    await withdrawReply(fakes, message() ?? expect.fail());
    fakes.clock.advance(10);
    expect(await sendReply(fakes, next)).toEqual({ kind: "sent" });
  });

  it("is enqueued by the sweep a minute after the hold when the broker was unavailable", async () => {
    fakes.jobs.clear();
    fakes.clock.advance(69);
    await sweep(fakes);
    expect(fakes.jobs.outbounds).toEqual([]);
    fakes.clock.advance(2);
    await sweep(fakes);
    expect(fakes.jobs.outbounds).toEqual([request].map(({ threadId, messageId }) => ({ threadId, messageId })));
  });
});

describe("the pace of a channel", () => {
  it("is the provider's for numbers of its type, unless the channel sets one", async () => {
    setCapabilities({ segmentsPerMinute: { "toll-free": 200 } });
    await sendReply(fakes, request);
    expect(fakes.pace.requests).toMatchObject([{ channelId: "main", segments: 1, perMinute: 200 }]);
    await startPaced();
    await sendReply(fakes, request);
    expect(fakes.pace.requests).toMatchObject([{ perMinute: 5 }]);
  });

  it("postpones the reply until its turn, which it reserves once", async () => {
    await startPaced();
    fakes.pace.delaysSeconds.push(720);
    const turnAt = addSeconds(fakes.now(), 720);
    expect(await sendReply(fakes, request)).toEqual({ kind: "postponed", until: turnAt });
    expect(message()).toMatchObject({ state: "queued", postponed: { until: turnAt, turnAt } });
    fakes.clock.advance(720);
    expect(await sendReply(fakes, request)).toEqual({ kind: "sent" });
    expect(fakes.pace.requests).toHaveLength(1);
  });

  it("does not let a reply out when the customer opts out before its turn", async () => {
    await startPaced();
    fakes.pace.delaysSeconds.push(12);
    await sendReply(fakes, request);
    fakes.clock.advance(12);
    await stop();
    expect(await sendReply(fakes, request)).toEqual({ kind: "failed", failure: "recipient-opted-out" });
    expect(fakes.provider.attempts).toEqual([]);
  });

  it("takes a delivery that comes before the turn as a repetition, unless the clocks differ a little", async () => {
    await startPaced();
    fakes.pace.delaysSeconds.push(12);
    await sendReply(fakes, request);
    fakes.clock.advance(5);
    expect(await sendReply(fakes, request)).toEqual({ kind: "already-handled" });
    fakes.clock.advance(3);
    expect(await sendReply(fakes, request)).toEqual({ kind: "sent" });
  });

  it("reserves nothing for a reply that is not sent", async () => {
    await startPaced();
    await stop();
    await sendReply(fakes, request);
    expect(fakes.pace.requests).toEqual([]);
  });
});

describe("a provider that could send a text twice", () => {
  it("is given the earlier attempt whose outcome is unknown", async () => {
    setCapabilities({ retrySafety: "lookup" });
    const cause = new OutcomeUnknownError("broken");
    fakes.provider.next.push(cause);
    expect(await sendReply(fakes, request)).toMatchObject({ kind: "postponed", cause });
    const triedAt = fakes.now();
    fakes.clock.advance(30);
    await sendReply(fakes, request);
    expect(fakes.provider.attempts.map(({ previousAttempts }) => previousAttempts)).toEqual([
      undefined,
      { firstAt: triedAt, lastAt: triedAt },
    ]);
    expect(message()).toMatchObject({ state: "sent" });
  });

  it("is not given an attempt that surely had no effect", async () => {
    setCapabilities({ retrySafety: "unsafe" });
    fakes.provider.next.push(new TransientError("busy"));
    expect(await sendReply(fakes, request)).toMatchObject({ kind: "postponed" });
    await sendReply(fakes, request);
    expect(fakes.provider.attempts.map(({ previousAttempts }) => previousAttempts)).toEqual([undefined, undefined]);
  });

  it.each(["crash", "defect"])("is given an attempt that ended in a %s", async (end) => {
    setCapabilities({ retrySafety: "unsafe" });
    if (end === "crash") {
      fakes.hooks.afterWrite = (operation) => {
        if (operation === "messages.recordAttempts") throw new Error("crash");
      };
    } else {
      fakes.provider.next.push(new TypeError("a defect"));
    }
    await expect(sendReply(fakes, request)).rejects.toThrow(end);
    fakes.hooks.afterWrite = undefined;
    fakes.provider.next.push({ kind: "unknown" });
    await sendReply(fakes, request);
    expect(fakes.provider.attempts.at(-1)?.previousAttempts).toBeDefined();
    expect(message()).toMatchObject({ state: "failed", failure: "outcome-unknown" });
  });

  it("gets one of two concurrent attempts", async () => {
    setCapabilities({ retrySafety: "unsafe" });
    fakes.hooks.before = async (operation) => {
      if (operation !== "messages.recordAttempts") return;
      fakes.hooks.before = undefined;
      await sendReply(fakes, request);
    };
    await expect(sendReply(fakes, request)).rejects.toThrow(TransientError);
    expect(fakes.provider.sent).toHaveLength(1);
    expect(message()).toMatchObject({ state: "sent" });
  });

  it("fails the reply at once when a lost response cannot be looked up", async () => {
    setCapabilities({ retrySafety: "unsafe" });
    fakes.provider.next.push(new OutcomeUnknownError("broken"));
    expect(await sendReply(fakes, request)).toEqual({ kind: "failed", failure: "outcome-unknown" });
    expect(message()).toMatchObject({ state: "failed", failure: "outcome-unknown" });
  });
});

describe("a provider that cannot take the reply now", () => {
  it("postpones it", async () => {
    const cause = new TransientError("busy");
    fakes.provider.next.push(cause);
    const until = addSeconds(fakes.now(), 1);
    expect(await sendReply(fakes, request)).toEqual({ kind: "postponed", until, cause });
    expect(message()).toMatchObject({ state: "queued", postponed: { until, retryingSince: fakes.now() } });
    expect(await sendReply(fakes, request)).toEqual({ kind: "sent" });
  });

  it("postpones it when the app is not set up for the provider", async () => {
    fakes = { ...makeFakes(), providers: {} as Fakes["providers"] };
    request = await storeReply(fakes);
    expect(await sendReply(fakes, request)).toMatchObject({ kind: "postponed", cause: expect.any(TransientError) });
  });

  it.each([
    [new TransientError("busy"), "provider-unavailable"],
    [new OutcomeUnknownError("broken"), "outcome-unknown"],
  ])("fails it a quarter of an hour after the first attempt, after a %s: %s", async (error, failure) => {
    const startedAt = fakes.now();
    fakes.provider.next.push(...Array(50).fill(error));
    let outcome = await sendReply(fakes, request);
    while (outcome.kind === "postponed") {
      fakes.clock.advance(secondsBetween(fakes.now(), outcome.until));
      outcome = await sendReply(fakes, request);
    }
    expect(outcome).toEqual({ kind: "failed", failure });
    expect(message()).toMatchObject({ state: "failed", failure, stateChangedAt: fakes.now() });
    expect(secondsBetween(startedAt, fakes.now())).toBeGreaterThanOrEqual(900);
    expect(secondsBetween(startedAt, fakes.now())).toBeLessThan(1020);
  });

  it("does not count the wait for the channel's pace", async () => {
    await startPaced();
    fakes.pace.delaysSeconds.push(3600);
    await sendReply(fakes, request);
    fakes.clock.advance(3600);
    fakes.provider.next.push(new TransientError("busy"));
    expect(await sendReply(fakes, request)).toMatchObject({ kind: "postponed" });
  });

  it("lets a defect inside the provider escape, and records no failure", async () => {
    fakes.provider.next.push(new TypeError("a defect"));
    await expect(sendReply(fakes, request)).rejects.toThrow(TypeError);
    expect(message()).toMatchObject({ state: "queued" });
    expect(message()).not.toHaveProperty("failure");
  });
});

describe("a reply after another one", () => {
  let second: OutboundRequest;
  beforeEach(async () => {
    second = await storeNextReply(fakes);
  });

  it("waits until the other one has left", async () => {
    expect(await sendReply(fakes, second)).toMatchObject({ kind: "postponed", until: addSeconds(fakes.now(), 6) });
    await sendReply(fakes, request);
    fakes.clock.advance(6);
    expect(await sendReply(fakes, second)).toEqual({ kind: "sent" });
  });

  it("waits until just after the other one's turn", async () => {
    fakes.provider.next.push(...Array(2).fill(new TransientError("busy")));
    await sendReply(fakes, request);
    fakes.clock.advance(1);
    const first = await sendReply(fakes, request);
    const until = first.kind === "postponed" ? addSeconds(first.until, 1) : undefined;
    expect(await sendReply(fakes, second)).toEqual({ kind: "postponed", until });
  });

  it("leaves when the other one has failed", async () => {
    fakes.provider.next.push({ kind: "refused", failure: "text-rejected", code: "400" });
    await sendReply(fakes, request);
    expect(await sendReply(fakes, second)).toEqual({ kind: "sent" });
  });

  it("waits for a minute when a replica does not show the other one yet", async () => {
    const find = fakes.messages.find.bind(fakes.messages);
    vi.spyOn(fakes.messages, "find").mockImplementation(async (threadId, id) =>
      id === request.messageId ? undefined : find(threadId, id),
    );
    expect(await sendReply(fakes, second)).toMatchObject({ kind: "postponed" });
    fakes.clock.advance(60);
    expect(await sendReply(fakes, second)).toEqual({ kind: "sent" });
  });

  it("fails at once when the customer has opted out", async () => {
    await stop();
    expect(await sendReply(fakes, second)).toEqual({ kind: "failed", failure: "recipient-opted-out" });
  });
});

/** Stores the agent's next reply and withdraws it if wished and possible. @returns the request to send it. */
const storeHeldReply = async (holdSeconds: number, isWithdrawn: boolean) => {
  const next = await storeNextReply(fakes, holdSeconds);
  const stored = await fakes.messages.find(next.threadId, next.messageId);
  if (stored?.direction !== "outbound") expect.fail();
  const withdrawn = isWithdrawn ? await withdrawReply(fakes, stored) : undefined;
  return { next, isWithdrawn: withdrawn !== undefined };
};

it("never lets a reply overtake another, whatever the holds, the pace and the provider do", async () => {
  const busy = new TransientError("busy");
  const hold = fc.record({ holdSeconds: fc.constantFrom(0, 5, 30), isWithdrawn: fc.boolean() });
  const faults = fc.array(fc.constantFrom("ok", "busy"), { maxLength: 30 });
  const delays = fc.array(fc.integer({ min: 0, max: 90 }), { maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(hold, { minLength: 1, maxLength: 4 }),
      faults,
      delays,
      fc.infiniteStream(fc.nat()),
      async (holds, some, waits, picks) => {
        await startPaced();
        const all = [request];
        const kept = [request.messageId];
        for (const { holdSeconds, isWithdrawn } of holds) {
          const stored = await storeHeldReply(holdSeconds, isWithdrawn);
          all.push(stored.next);
          if (!stored.isWithdrawn) kept.push(stored.next.messageId);
        }
        fakes.pace.delaysSeconds.push(...waits.toSorted((a, b) => a - b));
        const send = fakes.provider.send.bind(fakes.provider);
        const left = [...some];
        vi.spyOn(fakes.provider, "send").mockImplementation((text) =>
          left.shift() === "busy" ? Promise.reject(busy) : send(text),
        );
        await deliverInAnyOrder(all, picks);
        expect(fakes.provider.sent.map(({ messageId }) => messageId)).toEqual(kept);
      },
    ),
    { numRuns: 50 },
  );
});

/** Delivers the requests in any order, each when it is due or later. */
const deliverInAnyOrder = async (requests: readonly OutboundRequest[], picks: fc.Stream<number>): Promise<void> => {
  let pending = requests.map((message) => ({ message, due: fakes.now() }));
  for (let n = 0; pending.length > 0 && n < 500; n++) {
    const due = pending.filter((delivery) => delivery.due <= fakes.now());
    const [pick = 0] = picks.take(1);
    const next = due[pick % Math.max(1, due.length)];
    if (!next) {
      fakes.clock.advance(1);
      continue;
    }
    pending = pending.filter((delivery) => delivery !== next);
    const outcome = await sendReply(fakes, next.message);
    if (outcome.kind === "postponed") pending.push({ message: next.message, due: outcome.until });
  }
};

describe("a reply that is not sent", () => {
  it("fails with the provider's code when the provider refuses it", async () => {
    fakes.provider.next.push({ kind: "refused", failure: "text-rejected", code: "400" });
    expect(await sendReply(fakes, request)).toEqual({ kind: "failed", failure: "text-rejected" });
    expect(message()).toMatchObject({ state: "failed", failure: "text-rejected", code: "400" });
    expect(await optedOut()).toBe(false);
  });

  it("opts the customer out when that is the reason of the provider", async () => {
    fakes.provider.next.push({ kind: "refused", failure: "recipient-opted-out", code: "4007" });
    await sendReply(fakes, request);
    expect(message()).toMatchObject({ state: "failed", failure: "recipient-opted-out" });
    expect(await optedOut()).toBe(true);
    expect(fakes.conversations.all()).toMatchObject([{ optedOut: true, state: "active" }]);
  });

  it("fails without an attempt when the number was blocked since", async () => {
    await addBlock(fakes, { customer: sampleText().from, agentId: agentIdSchema.parse("boss"), reason: "spam" });
    expect(await sendReply(fakes, request)).toEqual({ kind: "failed", failure: "recipient-blocked" });
    expect(fakes.provider.sent).toEqual([]);
    expect(message()).toMatchObject({ state: "failed", failure: "recipient-blocked" });
  });

  it("fails without an attempt when the customer has opted out since", async () => {
    await stop(addSeconds(fakes.now(), 1));
    await sendReply(fakes, request);
    expect(fakes.provider.attempts).toEqual([]);
    expect(message()).toMatchObject({ state: "failed", failure: "recipient-opted-out" });
  });

  it("fails without an attempt when a replica does not show the opt-out yet", async () => {
    await stop();
    const find = fakes.threads.find.bind(fakes.threads);
    vi.spyOn(fakes.threads, "find").mockImplementation(async (id, { newest = false } = {}) => {
      const stored = await find(id);
      if (newest || !stored) return stored;
      const { consent: _, ...before } = stored.value;
      return { ...stored, value: before };
    });
    await sendReply(fakes, request);
    expect(fakes.provider.attempts).toEqual([]);
    expect(message()).toMatchObject({ state: "failed", failure: "recipient-opted-out" });
  });

  it.each([
    ["sms-disabled", () => fakes.settings.seed("organisation", sampleCompany({ smsEnabled: false }))],
    ["channel-disabled", () => fakes.settings.seed("channels", sampleChannel({ enabled: false }))],
  ])("fails without an attempt when it was disabled since: %s", async (failure, disable) => {
    disable();
    await sendReply(fakes, request);
    expect(fakes.provider.attempts).toEqual([]);
    expect(message()).toMatchObject({ state: "failed", failure });
  });
});
