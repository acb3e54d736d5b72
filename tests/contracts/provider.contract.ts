import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { OutcomeUnknownError, TransientError } from "../../shared/kernel/errors.ts";
import { addressSchema } from "../../shared/sms/address.ts";
import { KEYWORD_WORDS } from "../../shared/sms/keyword.ts";
import type { OutboundText, Parsed, SendResult, WebhookReading } from "../../shared/sms/provider.ts";
import { CHANNEL, CUSTOMER, type ProviderUnderTest, type Stage, startStage } from "./provider-stage.ts";

/** Longer than any provider takes to know for sure what it took, and shorter than a report takes. */
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
const thrownBy = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

/** Tries a message again after an attempt whose outcome is unknown, as whoever sends replies does. */
const sendAgain = (stage: Stage, text: OutboundText, triedAt: OutboundText["firstSentAt"]): Promise<SendResult> => {
  stage.clock.advance(LATER_MS);
  const again = stage.another(); // after a crash
  return again.send(
    again.capabilities.retrySafety === "idempotent"
      ? text
      : { ...text, previousAttempts: { firstAt: triedAt, lastAt: triedAt } },
  );
};

/** Sends a message, and once more when nobody knows what became of it. */
const sendUntilKnown = async (stage: Stage, text: OutboundText): Promise<SendResult> => {
  const triedAt = stage.now();
  try {
    return await stage.provider.send(text);
  } catch (error) {
    if (!(error instanceof OutcomeUnknownError) && stage.provider.capabilities.retrySafety !== "idempotent")
      throw error;
    return sendAgain(stage, text, triedAt);
  }
};

const readFrom = <T>(parsed: Parsed<T>): T => {
  if (parsed.kind !== "parsed") throw new Error(parsed.reason);
  return parsed.value;
};
const eventOf = (told: WebhookReading | undefined): unknown => (told?.kind === "valid" ? told.event : undefined);

/** Sends a text, lets all its time pass, and reads every report that came. */
const reportsOf = async (stage: Stage) => {
  const accepted = await stage.provider.send(textOf(stage));
  await stage.letPass(2);
  const told = await stage.told(1);
  expect(told.map((each) => each.kind === "valid" && each.source)).toEqual(told.map(() => "sms-delivery-report"));
  return { accepted, reports: told.map((each) => readFrom(stage.provider.parseReport(eventOf(each)))) };
};

/** What every provider does, over its own wire. */
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
      ["a short text with signs that forms and JSON quote", undefined],
      ["a text of 1,600 characters with emoji", "😀 ¿Algo más? ".padEnd(1600, "x")],
    ])("brings %s to the phone as it is, and tells the provider's id", async (_, text) => {
      const stage = await start();
      const outbound = textOf(stage, text === undefined ? {} : { text });
      const result = await stage.provider.send(outbound);
      expect(handset(stage)).toMatchObject([{ text: outbound.text, from: CHANNEL }]);
      expect(result).toEqual({ kind: "accepted", providerMessageId: handset(stage)[0]?.messageId });
      expect(outbound.text.length).toBeLessThanOrEqual(stage.provider.capabilities.maxTextLength);
    });

    it("says that a number was refused", async () => {
      const stage = await start();
      stage.network.addFault({ on: "send", effect: "refuse-recipient", errorMessage: "Not this one." });
      const result = await stage.provider.send(textOf(stage));
      expect(result).toEqual({ kind: "refused", failure: expect.any(String), code: expect.stringMatching(/^\d+$/) });
      expect(handset(stage)).toEqual([]);
    });

    const { at, code } = optedOut;
    if (at === "send") {
      it("says that a customer has opted out", async () => {
        const stage = await start();
        stage.network.addFault({ on: "send", effect: "refuse-recipient", errorMessage: "Unsubscribed.", code });
        const refused = { kind: "refused", failure: "recipient-opted-out", code: String(code) };
        expect(await stage.provider.send(textOf(stage))).toEqual(refused);
      });
    }

    it("waits as long as a busy provider asks for, and sends once", async () => {
      const stage = await start();
      stage.network.addFault({ on: "send", effect: "status", status: 429, retryAfterSeconds: 0, times: 3 });
      expect(await stage.provider.send(textOf(stage))).toMatchObject({ kind: "accepted" });
      expect(handset(stage)).toHaveLength(1);
    });

    it("gives up for now when it stays busy, and is sure that nothing was sent", async () => {
      const stage = await start();
      stage.network.addFault({ on: "send", effect: "status", status: 429, retryAfterSeconds: 0, times: 10 });
      const error = await thrownBy(stage.provider.send(textOf(stage)));
      expect(error).toBeInstanceOf(TransientError);
      expect(error).not.toBeInstanceOf(OutcomeUnknownError);
      expect(handset(stage)).toEqual([]);
    });

    it("gives up for now when nobody listens, and is sure that nothing was sent", async () => {
      const stage = await start();
      await stage.network.stop();
      const error = await thrownBy(stage.provider.send(textOf(stage)));
      expect(error).toBeInstanceOf(TransientError);
      expect(error).not.toBeInstanceOf(OutcomeUnknownError);
    });

    it("gives up for now with a key that is wrong: it can be mended", async () => {
      const stage = await start();
      const error = await thrownBy(stage.stranger().send(textOf(stage)));
      expect(error).toBeInstanceOf(TransientError);
      expect(error).not.toBeInstanceOf(OutcomeUnknownError);
      expect(await stage.provider.send(textOf(stage))).toMatchObject({ kind: "accepted" });
    });

    it("names the message in what it throws, and neither a number nor the text", async () => {
      const stage = await start();
      stage.network.addFault({ on: "send", effect: "status", status: 500, retryAfterSeconds: 0, times: 10 });
      const error = await thrownBy(stage.provider.send(textOf(stage)));
      expect(String(error)).toContain("out-1");
      expect(String(error)).not.toMatch(/5550123|5550100|order/);
    });
  });

const uncertaintyContract = (start: Start) =>
  describe("sending when nobody knows what was taken", () => {
    it("texts the customer once when the answer is lost and the message is tried again", async () => {
      const stage = await start();
      stage.network.addFault({ on: "send", effect: "drop-connection" });
      const result = await sendUntilKnown(stage, textOf(stage));
      expect(handset(stage)).toHaveLength(1);
      const accepted = { kind: "accepted", providerMessageId: handset(stage)[0]?.messageId };
      expect(result).toEqual(stage.provider.capabilities.retrySafety === "unsafe" ? { kind: "unknown" } : accepted);
    });

    it.each(["no-answer", "status"] as const)("texts the customer at most once after %s", async (effect) => {
      const stage = await start();
      shortenTimeouts();
      const fault = effect === "status" ? ({ effect, status: 503, retryAfterSeconds: 0 } as const) : { effect };
      stage.network.addFault({ on: "send", times: 10, ...fault });
      const triedAt = stage.now();
      const error = await thrownBy(stage.provider.send(textOf(stage)));
      const { retrySafety: repeats } = stage.provider.capabilities;
      expect(error).toBeInstanceOf(repeats === "idempotent" ? TransientError : OutcomeUnknownError);
      stage.network.clearFaults();
      vi.restoreAllMocks();
      const result = await sendAgain(stage, textOf(stage), triedAt);
      expect(result.kind).toBe(repeats === "unsafe" ? "unknown" : "accepted");
      expect(handset(stage)).toHaveLength(repeats === "unsafe" ? 0 : 1);
    });

    it("sends two messages of the same words twice, though the answer to the second is lost", async () => {
      const stage = await start();
      await stage.provider.send(textOf(stage));
      stage.network.addFault({ on: "send", effect: "drop-connection" });
      const second = await sendUntilKnown(stage, textOf(stage, { messageId: "out-2" }));
      expect(handset(stage)).toHaveLength(2);
      const accepted = { kind: "accepted", providerMessageId: handset(stage)[1]?.messageId };
      expect(second).toEqual(stage.provider.capabilities.retrySafety === "unsafe" ? { kind: "unknown" } : accepted);
    });
  });

/** An answer that does not come within a moment does not come at all. */
const shortenTimeouts = () => {
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => timeout(Math.min(ms, 200)));
};

const reportContract = (start: Start, { failures, optedOut }: ProviderUnderTest) =>
  describe("reports", () => {
    it("tell that a text arrived, with the tag that it was sent with and the provider's id", async () => {
      const stage = await start();
      const { accepted, reports } = await reportsOf(stage);
      const last = reports.at(-1);
      expect(last).toMatchObject({ outcome: "delivered", tag: "0123456789abcdef01234567/out-1" });
      expect(accepted).toEqual({ kind: "accepted", providerMessageId: last?.providerMessageId });
      expect(Math.abs(Date.parse(last?.reportedAt ?? "") - stage.clock.now())).toBeLessThan(3_600_000);
      expect(reports.slice(0, -1).map(({ outcome }) => outcome)).toEqual(reports.slice(0, -1).map(() => "sent"));
    });

    it.each([...failures, ...(optedOut.at === "report" ? [[optedOut.code, "recipient-opted-out"] as const] : [])])(
      "tell of a failure with the code %i as %s",
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
  const told = await stage.told(1);
  return { messageId, text, event: eventOf(told[0]), told };
};

/** A value with every string of it that could be a number changed for something that is none. */
const damaged = (value: unknown, secret: string): unknown => {
  if (typeof value === "string") return /^\+?\d{11}$/.test(value) ? secret : value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, damaged(each, secret)]));
};

const receivingContract = (start: Start) =>
  describe("a customer's text", () => {
    it("is read with its numbers in one form and its words as they are", async () => {
      const stage = await start();
      const { messageId, text, event, told } = await receive(stage);
      expect(told).toMatchObject([{ kind: "valid", source: "sms-received" }]);
      const value = readFrom(stage.provider.parseReceived(event));
      expect(value).toMatchObject({ providerMessageId: messageId, from: CUSTOMER, to: CHANNEL, text });
      expect(Math.abs(Date.parse(value.receivedAt) - stage.clock.now())).toBeLessThan(60_000);
    });

    it("reads the same from an event that was kept as JSON", async () => {
      const stage = await start();
      const { event } = await receive(stage);
      const kept: unknown = JSON.parse(JSON.stringify(event));
      expect(stage.another().parseReceived(kept)).toEqual(stage.provider.parseReceived(event));
    });

    it("has one id, however often it is told", async () => {
      const stage = await start();
      stage.network.addFault({ on: "event", effect: "replay", delayMs: LATER_MS });
      await receive(stage);
      stage.clock.advance(LATER_MS);
      const told = await stage.told(2);
      expect(told.map((each) => eventOf(each))).toMatchObject([{ id: expect.any(String) }, { id: expect.any(String) }]);
      const ids = told.map((each) => readFrom(stage.provider.parseReceived(eventOf(each))).providerMessageId);
      expect(new Set(ids).size).toBe(1);
      expect(new Set(told.map((each) => (eventOf(each) as { id: string }).id)).size).toBe(1);
    });

    it("is unreadable from an address that is none, and its reason quotes nothing", async () => {
      const stage = await start();
      const { event } = await receive(stage);
      const parsed = stage.provider.parseReceived(damaged(event, "whatsapp:+14255550123"));
      expect(parsed).toEqual({ kind: "unreadable", reason: expect.stringMatching(/^missing or wrong: [\w., ]+$/) });
      expect(JSON.stringify(parsed)).not.toContain("14255550123");
    });

    it("is no report, and a report is no text", async () => {
      const stage = await start();
      const { event } = await receive(stage);
      expect(stage.provider.parseReport(event)).toMatchObject({ kind: "unreadable" });
      await stage.provider.send(textOf(stage));
      await stage.letPass(1);
      const report = eventOf((await stage.told(2)).at(-1));
      expect(stage.provider.parseReport(report)).toMatchObject({ kind: "parsed" });
      expect(stage.provider.parseReceived(report)).toMatchObject({ kind: "unreadable" });
    });

    it("is read or unreadable, whatever JSON it is, and nothing throws", async () => {
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

const keywordContract = (start: Start, { number }: ProviderUnderTest) =>
  describe("the words that others answer", () => {
    it("are those that it says, so that a customer is answered once", async () => {
      const stage = await start();
      const say = (text: string) => stage.network.text({ from: CUSTOMER, to: CHANNEL, text });
      const isAnswered = (word: string, before: string): boolean => {
        say(before);
        const known = handset(stage).length;
        say(word);
        return handset(stage).length > known;
      };
      const { stop, start: again, help } = KEYWORD_WORDS;
      const answered = [
        ...[...stop, ...help].filter((word) => isAnswered(word, "START")),
        ...[...again, "YES"].filter((word) => isAnswered(word, "STOP")),
      ];
      const { type = "toll-free" } = number(stage.app);
      expect(answered.toSorted()).toEqual(stage.provider.capabilities.handledKeywords[type].toSorted());
    });
  });

const webhookContract = (start: Start, { name }: ProviderUnderTest) =>
  describe("a call", () => {
    it.each(["forge", "tamper"] as const)("is not believed under %s", async (effect) => {
      const stage = await start();
      stage.network.addFault({ on: "event", effect });
      expect((await receive(stage)).told).toEqual([{ kind: "invalid-signature" }]);
    });

    it.each(["forge", "tamper"] as const)("of a report is not believed under %s", async (effect) => {
      const stage = await start();
      stage.network.addFault({ on: "event", effect });
      await stage.provider.send(textOf(stage));
      expect((await stage.told(1))[0]).toEqual({ kind: "invalid-signature" });
    });

    it.each([["other-token"], ["bare-signature"]] as const)("is believed under %s", async (effect) => {
      const stage = await start();
      stage.network.addFault({ on: "event", effect });
      expect((await receive(stage)).told).toMatchObject([{ kind: "valid" }]);
    });

    it("without a signature is not believed, whatever is in it", async () => {
      const { provider } = await start();
      fc.assert(
        fc.property(fc.string(), fc.string(), fc.string(), (query, body, signature) => {
          const headers = { "x-twilio-signature": signature, authorization: signature };
          const url = `http://127.0.0.1:1/api/webhooks/${name}?${query}`;
          expect(provider.webhook?.read({ url, headers, body })).toEqual({ kind: "invalid-signature" });
        }),
      );
    });

    it("is answered so that the provider is content, and the customer hears nothing", async () => {
      const stage = await start();
      const { webhook } = stage.provider;
      if (!webhook) throw new Error("there is no webhook");
      const { status, contentType: type, body } = webhook.response;
      stage.receiver.answerNext({ status, type, body });
      await receive(stage);
      expect(await stage.called(1)).toMatchObject([{ outcome: "accepted" }]);
      expect(handset(stage)).toEqual([]);
    });
  });

const verifyContract = (start: Start) =>
  describe("verifying a number", () => {
    const number = addressSchema.parse(CHANNEL);

    it("finds nothing wrong with one that is right, and has no effect", async () => {
      const stage = await start();
      const { checks } = await stage.provider.verify(number);
      expect(checks.filter(({ ok: good }) => !good)).toEqual([]);
      expect(checks).not.toEqual([]);
      await stage.quiet();
      expect(handset(stage)).toEqual([]);
    });

    it("says in words that a key is wrong", async () => {
      const stage = await start();
      const { checks } = await stage.stranger().verify(number);
      expect(checks).toEqual([{ ok: false, message: expect.stringMatching(/check/) }]);
    });

    it("gives up for now when nobody listens", async () => {
      const stage = await start();
      await stage.network.stop();
      await expect(stage.provider.verify(number)).rejects.toThrow(TransientError);
    });
  });
