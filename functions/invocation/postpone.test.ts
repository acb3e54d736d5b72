import { InvocationContext } from "@azure/functions";
import { beforeEach, describe, expect, it } from "vitest";
import { OutcomeUnknownError, PermanentError, TransientError } from "../../shared/kernel/errors.ts";
import { addSeconds } from "../../shared/kernel/instant.ts";
import { FixedClock } from "../../tests/fakes/fixed-clock.ts";
import { type MessageCopy, type QueueHandler, withPostponement } from "./postpone.ts";

const BODY = { threadId: "thread", messageId: "out-1" };

let clock: FixedClock;
let sent: MessageCopy[];
let waits: number[];
let warnings: unknown[];
let brokerError: Error | undefined;

beforeEach(() => {
  clock = new FixedClock();
  sent = [];
  waits = [];
  warnings = [];
  brokerError = undefined;
});

const RETRY_SECONDS = 900;

/** Delivers a message as the host does. */
const deliver = async (handler: QueueHandler, metadata: Readonly<Record<string, unknown>> = {}): Promise<void> => {
  const context = new InvocationContext({
    functionName: "outbound-sms",
    triggerMetadata: {
      messageId: "out-1",
      sessionId: "thread",
      deliveryCount: 1,
      applicationProperties: {},
      ...metadata,
    },
    logHandler: (level, message) => void (level === "warning" && warnings.push(message)),
  });
  const run = withPostponement(handler, {
    retrySeconds: RETRY_SECONDS,
    now: clock.now,
    wait: async (seconds) => void waits.push(seconds),
    send: async (message) => {
      if (brokerError) throw brokerError;
      sent.push(message);
    },
  });
  await run(BODY, context);
};

const failWith =
  (error: Error): QueueHandler =>
  () =>
    Promise.reject(error);

/** Delivers the copy that was sent last, when it is due. */
const deliverCopy = async (handler: QueueHandler): Promise<void> => {
  const { messageId, sessionId, afterSeconds, properties = {} } = sent.at(-1) ?? expect.fail();
  clock.advance(afterSeconds);
  await deliver(handler, { messageId, sessionId, applicationProperties: properties });
};

describe("a message that its handler postpones", () => {
  it("is scheduled again in its session, under an id that duplicate detection does not know", async () => {
    const until = addSeconds(clock.now(), 40);
    await deliver(async () => until);
    expect(sent).toMatchObject([{ body: BODY, sessionId: "thread", messageId: `out-1@${until}`, afterSeconds: 40 }]);
    expect(warnings).toEqual([]);
  });

  it("has one suffix after a second postponement", async () => {
    await deliver(async () => addSeconds(clock.now(), 40));
    await deliverCopy(async () => addSeconds(clock.now(), 5));
    expect(sent[1]?.messageId).toBe(`out-1@${addSeconds(clock.now(), 5)}`);
  });

  it("needs no session", async () => {
    await deliver(async () => addSeconds(clock.now(), 1), { sessionId: null });
    expect(sent[0]).not.toHaveProperty("sessionId");
  });

  it.each([undefined, null])("needs no id of its message: %s", async (messageId) => {
    await deliver(async () => addSeconds(clock.now(), 1), { messageId });
    await deliver(failWith(new TransientError("down")), { messageId });
    expect(sent).toHaveLength(2);
    for (const copy of sent) expect(copy).not.toHaveProperty("messageId");
  });

  it("continues the trace", async () => {
    const traceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    await deliver(async () => addSeconds(clock.now(), 1), { applicationProperties: { "diagnostic-Id": traceParent } });
    expect(sent).toMatchObject([{ traceParent }]);
  });
});

describe("a message whose handler fails", () => {
  const down = failWith(new TransientError("the store is down"));

  it("is sent no copy when it is handled", async () => {
    await deliver(async () => undefined);
    expect(sent).toEqual([]);
  });

  it.each([new TransientError("down"), new OutcomeUnknownError("no response")])(
    "is postponed after a %s, and holds no place in the queue",
    async (error) => {
      await deliver(failWith(error));
      expect(sent).toMatchObject([{ afterSeconds: 1 }]);
      expect(waits).toEqual([]);
      expect(warnings).toEqual([`outbound-sms postponed until ${addSeconds(clock.now(), 1)}: ${error.message}`]);
    },
  );

  it("is retried at growing intervals for a quarter of an hour, and then left to the broker", async () => {
    await deliver(down);
    const startedAt = clock.now();
    await expect(
      (async () => {
        for (let n = 0; n < 50; n++) await deliverCopy(down);
      })(),
    ).rejects.toThrow("the store is down");
    expect(sent.map(({ afterSeconds }) => afterSeconds)).toEqual([1, 1, 2, 4, 8, 16, 32, 64, ...Array(7).fill(120)]);
    expect((Date.parse(clock.now()) - Date.parse(startedAt)) / 1000).toBeGreaterThanOrEqual(RETRY_SECONDS);
  });

  it("starts a new count after a delivery that did not fail", async () => {
    await deliver(down);
    for (let n = 0; n < 5; n++) await deliverCopy(down);
    await deliverCopy(async () => addSeconds(clock.now(), 30));
    await deliverCopy(down);
    expect(sent.at(-1)).toMatchObject({ afterSeconds: 1 });
  });

  it("ignores a property that is not a time", async () => {
    await deliver(down, { applicationProperties: { retryingSince: "yesterday" } });
    expect(sent).toMatchObject([{ afterSeconds: 1 }]);
  });

  it.each([new TypeError("a defect"), new PermanentError("a wrong body")])(
    "is not postponed after a %s",
    async (error) => {
      await expect(deliver(failWith(error))).rejects.toThrow(error);
      expect(sent).toEqual([]);
      expect(waits).toEqual([]);
    },
  );

  it("goes back to the broker after a minute when the broker refuses the copy", async () => {
    brokerError = new TransientError("the broker is down");
    await expect(deliver(down)).rejects.toThrow("the broker is down");
    await expect(deliver(async () => addSeconds(clock.now(), 5))).rejects.toThrow("the broker is down");
    expect(waits).toEqual([60, 60]);
  });
});
