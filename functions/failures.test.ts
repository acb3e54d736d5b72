import { InvocationContext } from "@azure/functions";
import { beforeEach, describe, expect, it } from "vitest";
import { QUEUES, type QueueName } from "../infra/service-bus/queues.ts";
import { TransientError } from "../shared/kernel/errors.ts";
import { type Fakes, makeFakes } from "../tests/fakes/fakes.ts";
import { sampleQueued } from "../tests/fakes/sample-conversation.ts";
import { sampleText } from "../tests/fakes/sample-text.ts";
import { storeReply } from "../tests/fakes/stored-reply.ts";
import { makeAcsEvent } from "./acs-event.ts";
import { makeDispatch } from "./dispatch.ts";
import { withDefectLog } from "./invocation/defect-log.ts";
import { withRetryDelay } from "./invocation/retry-delay.ts";
import { makeOutboundSms } from "./outbound-sms.ts";
import { makeProviderEvents } from "./provider-events.ts";
import { makeAdvanceRouting } from "./route-work-item.ts";
import { makeWorkItems } from "./work-items.ts";

const MAX_DELIVERIES = 10;
const QUEUE_NAMES = Object.keys(QUEUES) as QueueName[];

const { id: conversationId, threadId, epoch } = sampleQueued();
const item = { conversationId, threadId, epoch };
const received = { id: "1", received: sampleText() };

let fakes: Fakes;
let bodies: Readonly<Record<QueueName, unknown>>;
let waits: number[];
let logs: { readonly level: string; readonly line: string }[];

beforeEach(async () => {
  fakes = makeFakes();
  fakes.conversations.seed(sampleQueued());
  bodies = {
    "work-items": item,
    dispatch: { queueId: "support" },
    "outbound-sms": await storeReply(makeFakes()),
    "provider-events": { provider: "acs", source: "sms-received", event: received },
  };
  waits = [];
  logs = [];
});

const portsFor = () => fakes;
const HANDLERS = {
  "work-items": makeWorkItems(portsFor),
  dispatch: makeDispatch(portsFor),
  "outbound-sms": makeOutboundSms(portsFor, MAX_DELIVERIES),
  "provider-events": makeProviderEvents(portsFor, MAX_DELIVERIES),
};

const contextOf = (functionName: string, deliveryCount: number) =>
  new InvocationContext({
    functionName,
    triggerMetadata: { deliveryCount },
    logHandler: (level, line) => void (level !== "information" && logs.push({ level, line: String(line) })),
  });

/** Delivers a message to its function, as functions/main.ts registers it. */
const deliver = async (queue: QueueName, deliveryCount: number): Promise<void> => {
  const handler = withRetryDelay(withDefectLog(HANDLERS[queue]), {
    wait: async (seconds) => void waits.push(seconds),
    elapsedMs: () => 0,
  });
  await handler(bodies[queue], contextOf(queue, deliveryCount));
};

const failWith = (error: Error): void => {
  fakes.hooks.before = () => {
    throw error;
  };
};

const refused = new TransientError("Cosmos DB: cannot read from agents (403)", { isAccessRefused: true });

describe.each(QUEUE_NAMES)("a message in %s", (queue) => {
  it("waits while access is refused, minutes in all, and every delivery logs an error", async () => {
    failWith(refused);
    for (let delivery = 1; delivery < MAX_DELIVERIES; delivery += 1) {
      await expect(deliver(queue, delivery)).rejects.toThrow(refused);
    }
    expect(waits).toHaveLength(MAX_DELIVERIES - 1);
    expect(waits.reduce((sum, seconds) => sum + seconds)).toBeGreaterThan(8 * 60);
    const line = `${queue} failed: ${refused.message}`;
    expect(logs).toEqual(Array(MAX_DELIVERIES - 1).fill({ level: "error", line }));
  });

  it("logs no error while a store is unavailable", async () => {
    failWith(new TransientError("Cosmos DB: cannot read from agents (503)"));
    await expect(deliver(queue, 1)).rejects.toThrow(TransientError);
    expect(waits).toHaveLength(1);
    expect(logs).toEqual([]);
  });

  it("does not wait after a defect, and logs it as an error with its stack", async () => {
    failWith(new TypeError("x is undefined"));
    await expect(deliver(queue, 1)).rejects.toThrow(TypeError);
    expect(waits).toEqual([]);
    expect(logs).toEqual([
      { level: "error", line: expect.stringMatching(new RegExp(`^${queue} failed: TypeError\\n {4}at `)) },
    ]);
  });
});

describe("an event that is queued because access is refused", () => {
  const refuseStores = (): void => {
    fakes.hooks.before = (operation) => {
      if (!operation.startsWith("providerEvents.")) throw refused;
    };
  };

  it("is logged as an error when Event Grid delivers it", async () => {
    refuseStores();
    await makeAcsEvent(portsFor, "sms-received")(received as never, contextOf("sms-received", 1));
    expect(logs).toEqual([{ level: "error", line: `sms-received event of acs queued: ${refused.message}` }]);
    expect(fakes.providerEvents.kept).toHaveLength(1);
  });

  it("is logged as an error when its last delivery fails", async () => {
    refuseStores();
    await deliver("provider-events", MAX_DELIVERIES);
    expect(logs).toEqual([{ level: "error", line: `sms-received event of acs re-queued: ${refused.message}` }]);
    expect(fakes.providerEvents.kept).toHaveLength(1);
  });
});

describe("the activity of the routing workflow", () => {
  const advance = async () => {
    await withDefectLog(makeAdvanceRouting(portsFor))(item, contextOf("advanceRouting", 1));
  };

  it.each([refused, new TypeError("x is undefined")])("fails with an error in the log for: %s", async (error) => {
    failWith(error);
    await expect(advance()).rejects.toBe(error);
    expect(logs).toMatchObject([{ level: "error", line: expect.stringContaining("advanceRouting failed: ") }]);
  });

  it("fails without an error in the log while a store is unavailable", async () => {
    failWith(new TransientError("Cosmos DB: cannot read from conversations (503)"));
    await expect(advance()).rejects.toThrow(TransientError);
    expect(logs).toEqual([]);
  });
});
