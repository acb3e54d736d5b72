import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { OutcomeUnknownError, TransientError } from "../../shared/kernel/errors.ts";
import { addressSchema } from "../../shared/sms/address.ts";
import { KEYWORD_WORDS } from "../../shared/sms/keyword.ts";
import type { OutboundText, Parsed, SendResult, WebhookReading } from "../../shared/sms/provider.ts";
import { CHANNEL, CUSTOMER, type ProviderUnderTest, type Stage, startStage } from "./provider-stage.ts";

/** Longer than any provider takes to list an accepted text, and shorter than a report takes. */
const LATER_MS = 60_000;

const textOf = (stage: Stage, some: Partial<OutboundText> = {}): OutboundText => ({
  messageId: "out-1",
  from: addressSchema.parse(CHANNEL),
  to: addressSchema.parse(CUSTOMER),
  text: "Your order 7 & 8 = 100% on its way + “soon”",
  firstSentAt: stage.now(),
  tag: "0123456789abcdef01234567/out-1",
  ...some,
});

const handset = (stage: Stage) => stage.network.handset(CUSTOMER);
const errorOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

/** Retries a message in a restarted process, as `sendReply` does after an attempt with an unknown outcome. */
const retrySend = (stage: Stage, text: OutboundText, attemptedAt: OutboundText["firstSentAt"]): Promise<SendResult> => {
  stage.clock.advance(LATER_MS);
  const provider = stage.restarted();
  return provider.send(
    provider.capabilities.retrySafety === "idempotent"
      ? text
      : { ...text, previousAttempts: { firstAt: attemptedAt, lastAt: attemptedAt } },
  );
};

/** Sends a message, and retries it when the outcome is unknown. */
const sendUntilKnown = async (stage: Stage, text: OutboundText): Promise<SendResult> => {
  const attemptedAt = stage.now();
  try {
    return await stage.provider.send(text);
  } catch (error) {
    if (!(error instanceof OutcomeUnknownError) && stage.provider.capabilities.retrySafety !== "idempotent")
      throw error;
    return retrySend(stage, text, attemptedAt);
  }
};

const parsedValue = <T>(parsed: Parsed<T>): T => {
  if (parsed.kind !== "parsed") throw new Error(parsed.reason);
  return parsed.value;
};
const eventOf = (reading: WebhookReading | undefined): unknown =>
  reading?.kind === "valid" ? reading.event : undefined;

/** Sends a text, lets its time pass, and parses every report. */
const reportsOf = async (stage: Stage) => {
  const accepted = await stage.provider.send(textOf(stage));
  await stage.letPass(2);
  const events = await stage.events(1);
  expect(events.map((event) => event.kind === "valid" && event.source)).toEqual(
    events.map(() => "sms-delivery-report"),
  );
  return { accepted, reports: events.map((event) => parsedValue(stage.provider.parseReport(eventOf(event)))) };
};

/** The contract of the port `SmsProvider`, over the provider's own protocol. */
export const providerContract = (kind: ProviderUnderTest): void => {
  const start = () => startStage(kind);
  afterEach(() => void vi.restoreAllMocks());
  sendingContract(start, kind);
  uncertaintyContract(start);
  reportContract(start, kind);
  receivingContract(start);
  keywordContract(start, kind);
  if (kind.name !== "acs") webhookContract(start, kind);
  verifyContract(start);
};

type Start = () => Promise<Stage>;

const sendingContract = (start: Start, { optedOut }: ProviderUnderTest) =>
  describe("sending", () => {
    it.each([
      ["a short text with characters that forms and JSON escape", undefined],
      ["a text of 1,600 characters with emoji", "😀 ¿Algo más? ".padEnd(1600, "x")],
    ])("delivers %s unchanged and returns the provider's id", async (_, text) => {
      const stage = await start();
      const outbound = textOf(stage, text === undefined ? {} : { text });
      const result = await stage.provider.send(outbound);
      expect(handset(stage)).toMatchObject([{ text: outbound.text, from: CHANNEL }]);
      expect(result).toEqual({ kind: "accepted", providerMessageId: handset(stage)[0]?.messageId });
      expect(outbound.text.length).toBeLessThanOrEqual(stage.provider.capabilities.maxTextLength);
    });

    it("returns `refused` for a number that the provider refuses", async () => {
      const stage = await start();
      stage.network.addFault({ on: "send", effect: "refuse-recipient", errorMessage: "Not this one." });
      const result = await stage.provider.send(textOf(stage));
      expect(result).toEqual({ kind: "refused", failure: expect.any(String), code: expect.stringMatching(/^\d+$/) });
      expect(handset(stage)).toEqual([]);
    });

    const { at, code } = optedOut;
    if (at === "send") {
      it("returns `refused` for a customer who has opted out", async () => {
        const stage = await start();
        stage.network.addFault({ on: "send", effect: "refuse-recipient", errorMessage: "Unsubscribed.", code });
        const refused = { kind: "refused", failure: "recipient-opted-out", code: String(code) };
        expect(await stage.provider.send(textOf(stage))).toEqual(refused);
      });
    }

    it("throws a TransientError when the provider is busy, without a retry, and sends when it is called again", async () => {
      const stage = await start();
      stage.network.addFault({ on: "send", effect: "status", status: 429, retryAfterSeconds: 60, times: 1 });
      await expect(stage.provider.send(textOf(stage))).rejects.toThrow(TransientError);
      expect(handset(stage)).toEqual([]);
      expect(await stage.provider.send(textOf(stage))).toMatchObject({ kind: "accepted" });
      expect(handset(stage)).toHaveLength(1);
    });

    it("throws a TransientError when the provider is unreachable", async () => {
      const stage = await start();
      await stage.network.stop();
      await expect(stage.provider.send(textOf(stage))).rejects.toThrow(TransientError);
    });

    it("throws a TransientError with a wrong key, which an operator can correct", async () => {
      const stage = await start();
      await expect(stage.withWrongKey().send(textOf(stage))).rejects.toThrow(TransientError);
      expect(await stage.provider.send(textOf(stage))).toMatchObject({ kind: "accepted" });
    });

    it("names the message in its errors, and neither a number nor the text", async () => {
      const stage = await start();
      stage.network.addFault({ on: "send", effect: "status", status: 500, retryAfterSeconds: 0, times: 10 });
      const error = await errorOf(stage.provider.send(textOf(stage)));
      expect(String(error)).toContain("out-1");
      expect(String(error)).not.toMatch(/5550123|5550100|order/);
    });
  });

const uncertaintyContract = (start: Start) =>
  describe("sending with an unknown outcome", () => {
    it("texts the customer once when the response is lost and the message is retried", async () => {
      const stage = await start();
      stage.network.addFault({ on: "send", effect: "drop-connection" });
      const result = await sendUntilKnown(stage, textOf(stage));
      expect(handset(stage)).toHaveLength(1);
      const accepted = { kind: "accepted", providerMessageId: handset(stage)[0]?.messageId };
      expect(result).toEqual(stage.provider.capabilities.retrySafety === "unsafe" ? { kind: "unknown" } : accepted);
    });

    it.each(["no-response", "status"] as const)("texts the customer at most once after %s", async (effect) => {
      const stage = await start();
      shortenTimeouts();
      const fault = effect === "status" ? ({ effect, status: 503, retryAfterSeconds: 0 } as const) : { effect };
      stage.network.addFault({ on: "send", times: 10, ...fault });
      const attemptedAt = stage.now();
      const error = await errorOf(stage.provider.send(textOf(stage)));
      const { retrySafety } = stage.provider.capabilities;
      expect(error).toBeInstanceOf(retrySafety === "idempotent" ? TransientError : OutcomeUnknownError);
      stage.network.clearFaults();
      vi.restoreAllMocks();
      const result = await retrySend(stage, textOf(stage), attemptedAt);
      expect(result.kind).toBe(retrySafety === "unsafe" ? "unknown" : "accepted");
      expect(handset(stage)).toHaveLength(retrySafety === "unsafe" ? 0 : 1);
    });

    it("sends two messages with the same words, although the response to the second is lost", async () => {
      const stage = await start();
      await stage.provider.send(textOf(stage));
      stage.network.addFault({ on: "send", effect: "drop-connection" });
      const second = await sendUntilKnown(stage, textOf(stage, { messageId: "out-2" }));
      expect(handset(stage)).toHaveLength(2);
      const accepted = { kind: "accepted", providerMessageId: handset(stage)[1]?.messageId };
      expect(second).toEqual(stage.provider.capabilities.retrySafety === "unsafe" ? { kind: "unknown" } : accepted);
    });
  });

/** Lets requests time out at once. */
const shortenTimeouts = () => {
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => timeout(Math.min(ms, 200)));
};

const reportContract = (start: Start, { failures, optedOut }: ProviderUnderTest) =>
  describe("a delivery report", () => {
    it("reports that a text was delivered, with its tag and the provider's id", async () => {
      const stage = await start();
      const { accepted, reports } = await reportsOf(stage);
      const last = reports.at(-1);
      expect(last).toMatchObject({ outcome: "delivered", tag: "0123456789abcdef01234567/out-1" });
      expect(accepted).toEqual({ kind: "accepted", providerMessageId: last?.providerMessageId });
      expect(Math.abs(Date.parse(last?.reportedAt ?? "") - stage.clock.now())).toBeLessThan(3_600_000);
      expect(reports.slice(0, -1).map(({ outcome }) => outcome)).toEqual(reports.slice(0, -1).map(() => "sent"));
    });

    it.each([...failures, ...(optedOut.at === "report" ? [[optedOut.code, "recipient-opted-out"] as const] : [])])(
      "translates the code %i into the failure %s",
      async (code, failure) => {
        const stage = await start();
        stage.network.addFault({ on: "report", effect: "fail", code });
        const { reports } = await reportsOf(stage);
        expect(reports.at(-1)).toMatchObject({ outcome: "failed", failure, code: String(code) });
        expect(handset(stage)).toEqual([]);
      },
    );
  });

const receive = async (stage: Stage, text = "Où est ma commande? 😀 a+b & 100%") => {
  const { messageId } = stage.network.text({ from: CUSTOMER, to: CHANNEL, text });
  const events = await stage.events(1);
  return { messageId, text, event: eventOf(events[0]), events };
};

/** @returns the value with every phone number in it replaced by `secret`. */
const damaged = (value: unknown, secret: string): unknown => {
  if (typeof value === "string") return /^\+?\d{11}$/.test(value) ? secret : value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, damaged(member, secret)]));
};

const receivingContract = (start: Start) =>
  describe("a customer's text", () => {
    it("is parsed with its numbers in E.164 and its text unchanged", async () => {
      const stage = await start();
      const { messageId, text, event, events } = await receive(stage);
      expect(events).toMatchObject([{ kind: "valid", source: "sms-received" }]);
      const value = parsedValue(stage.provider.parseReceived(event));
      expect(value).toMatchObject({ providerMessageId: messageId, from: CUSTOMER, to: CHANNEL, text });
      expect(Math.abs(Date.parse(value.receivedAt) - stage.clock.now())).toBeLessThan(60_000);
    });

    it("is parsed alike after its event was stored as JSON", async () => {
      const stage = await start();
      const { event } = await receive(stage);
      const stored: unknown = JSON.parse(JSON.stringify(event));
      expect(stage.restarted().parseReceived(stored)).toEqual(stage.provider.parseReceived(event));
    });

    it("has one id in every delivery", async () => {
      const stage = await start();
      stage.network.addFault({ on: "event", effect: "replay", delayMs: LATER_MS });
      await receive(stage);
      stage.clock.advance(LATER_MS);
      const events = await stage.events(2);
      expect(events.map(eventOf)).toMatchObject([{ id: expect.any(String) }, { id: expect.any(String) }]);
      const ids = events.map((event) => parsedValue(stage.provider.parseReceived(eventOf(event))).providerMessageId);
      expect(new Set(ids).size).toBe(1);
      expect(new Set(events.map((event) => (eventOf(event) as { id: string }).id)).size).toBe(1);
    });

    it("is unreadable with an invalid address, which the reason does not quote", async () => {
      const stage = await start();
      const { event } = await receive(stage);
      const parsed = stage.provider.parseReceived(damaged(event, "whatsapp:+14255550123"));
      expect(parsed).toEqual({ kind: "unreadable", reason: expect.stringMatching(/^missing or wrong: [\w., ]+$/) });
      expect(JSON.stringify(parsed)).not.toContain("14255550123");
    });

    it("is not a report, and a report is not a text", async () => {
      const stage = await start();
      const { event } = await receive(stage);
      expect(stage.provider.parseReport(event)).toMatchObject({ kind: "unreadable" });
      await stage.provider.send(textOf(stage));
      await stage.letPass(1);
      const report = eventOf((await stage.events(2)).at(-1));
      expect(stage.provider.parseReport(report)).toMatchObject({ kind: "parsed" });
      expect(stage.provider.parseReceived(report)).toMatchObject({ kind: "unreadable" });
    });

    it("is unreadable, and throws nothing, for any other JSON", async () => {
      const { provider } = await start();
      fc.assert(
        fc.property(fc.jsonValue(), (value) => {
          for (const event of [value, { callback: value }, { parameters: value }, { data: value }]) {
            expect(provider.parseReceived(event).kind).toBe("unreadable");
            expect(provider.parseReport(event).kind).toBe("unreadable");
          }
        }),
        { numRuns: 200 },
      );
    });
  });

const keywordContract = (start: Start, { numberType }: ProviderUnderTest) =>
  describe("the handled keywords", () => {
    it("are those to which the provider or a carrier responds, so that a customer gets one response", async () => {
      const stage = await start();
      const say = (text: string) => stage.network.text({ from: CUSTOMER, to: CHANNEL, text });
      const isHandled = (word: string, before: string): boolean => {
        say(before);
        const known = handset(stage).length;
        say(word);
        return handset(stage).length > known;
      };
      const { stop, start: optIn, help } = KEYWORD_WORDS.en;
      const handled = [
        ...[...stop, ...help].filter((word) => isHandled(word, "START")),
        ...[...optIn, "YES"].filter((word) => isHandled(word, "STOP")),
      ];
      expect(handled.toSorted()).toEqual(stage.provider.capabilities.handledKeywords[numberType].toSorted());
    });
  });

const webhookContract = (start: Start, { name }: ProviderUnderTest) =>
  describe("a webhook call", () => {
    it.each(["forge", "tamper"] as const)("is invalid under %s", async (effect) => {
      const stage = await start();
      stage.network.addFault({ on: "event", effect });
      expect((await receive(stage)).events).toEqual([{ kind: "invalid-signature" }]);
    });

    it.each(["forge", "tamper"] as const)("of a report is invalid under %s", async (effect) => {
      const stage = await start();
      stage.network.addFault({ on: "event", effect });
      await stage.provider.send(textOf(stage));
      expect((await stage.events(1))[0]).toEqual({ kind: "invalid-signature" });
    });

    it.each([["other-token"], ["bare-signature"]] as const)("is valid under %s", async (effect) => {
      const stage = await start();
      stage.network.addFault({ on: "event", effect });
      expect((await receive(stage)).events).toMatchObject([{ kind: "valid" }]);
    });

    it("is invalid without a signature, whatever it contains", async () => {
      const { provider } = await start();
      fc.assert(
        fc.property(fc.string(), fc.string(), fc.string(), (query, body, signature) => {
          const headers = { "x-twilio-signature": signature, authorization: signature };
          const url = `http://127.0.0.1:1/api/webhooks/${name}?${query}`;
          expect(provider.webhook?.read({ url, headers, body })).toEqual({ kind: "invalid-signature" });
        }),
      );
    });

    it("gets a response that the provider accepts, and that sends no text", async () => {
      const stage = await start();
      const { webhook } = stage.provider;
      if (!webhook) throw new Error("there is no webhook");
      const { status, contentType: type, body } = webhook.response;
      stage.receiver.respondNext({ status, type, body });
      await receive(stage);
      expect(await stage.called(1)).toMatchObject([{ outcome: "accepted" }]);
      expect(handset(stage)).toEqual([]);
    });
  });

const verifyContract = (start: Start) =>
  describe("verifying a number", () => {
    const number = addressSchema.parse(CHANNEL);

    it("passes every check for a valid number, and sends no text", async () => {
      const stage = await start();
      const { checks } = await stage.provider.verify(number);
      expect(checks.filter(({ ok }) => !ok)).toEqual([]);
      expect(checks).not.toEqual([]);
      await stage.quiet();
      expect(handset(stage)).toEqual([]);
    });

    it("reports a wrong key", async () => {
      const stage = await start();
      const { checks } = await stage.withWrongKey().verify(number);
      expect(checks).toEqual([{ ok: false, message: expect.stringMatching(/check/) }]);
    });

    it("throws a TransientError when the provider is unreachable", async () => {
      const stage = await start();
      await stage.network.stop();
      await expect(stage.provider.verify(number)).rejects.toThrow(TransientError);
    });
  });
