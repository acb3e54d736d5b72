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
import { type MessageCopy, withPostponement } from "./invocation/postpone.ts";
import { makeOutboundSms } from "./outbound-sms.ts";
import { makeProviderEvents } from "./provider-events.ts";
import { makeAdvanceRouting } from "./route-work-item.ts";
import { makeWorkItems } from "./work-items.ts";

const QUEUE_NAMES = Object.keys(QUEUES) as QueueName[];

const { id: conversationId, threadId, epoch } = sampleQueued();
const item = { conversationId, threadId, epoch };
const received = { id: "1", received: sampleText() };

let fakes: Fakes;
let bodies: Readonly<Record<QueueName, unknown>>;
let copies: MessageCopy[];
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
  copies = [];
  logs = [];
});

const portsFor = () => fakes;
const HANDLERS = {
  "work-items": makeWorkItems(portsFor),
  dispatch: makeDispatch(portsFor),
  "outbound-sms": makeOutboundSms(portsFor),
  "provider-events": makeProviderEvents(portsFor),
};

const contextOf = (functionName: string, applicationProperties: MessageCopy["properties"] = {}) =>
  new InvocationContext({
    functionName,
    triggerMetadata: { messageId: "id-1", applicationProperties },
    logHandler: (level, line) => void (level !== "information" && logs.push({ level, line: String(line) })),
  });

/** Delivers a message to its function, as functions/main.ts registers it. The next delivery is that of its copy. */
const deliver = async (queue: QueueName): Promise<void> => {
  const handler = withPostponement(withDefectLog(HANDLERS[queue]), {
    retrySeconds: 900,
    now: fakes.now,
    wait: async (seconds) => fakes.clock.advance(seconds),
    send: async (copy) => void copies.push(copy),
  });
  const copy = copies.at(-1);
  fakes.clock.advance(copy?.afterSeconds ?? 0);
  await handler(bodies[queue], contextOf(queue, copy?.properties));
};

const failWith = (error: Error): void => {
  fakes.hooks.before = () => {
    throw error;
  };
};

const refused = new TransientError("Cosmos DB: cannot read from agents (403)", { isAccessRefused: true });

describe.each(QUEUE_NAMES)("a message in %s", (queue) => {
  it("is postponed while access is refused, for minutes, and every delivery logs an error", async () => {
    failWith(refused);
    for (let delivery = 1; delivery <= 12; delivery += 1) await deliver(queue);
    expect(copies.reduce((sum, { afterSeconds }) => sum + afterSeconds, 0)).toBeGreaterThan(8 * 60);
    const errors = logs.filter(({ level }) => level === "error").map(({ line }) => line);
    expect(errors).toEqual(Array(12).fill(`${queue} failed: ${refused.message}`));
  });

  it("logs no error while a store is unavailable", async () => {
    failWith(new TransientError("Cosmos DB: cannot read from agents (503)"));
    await deliver(queue);
    expect(copies).toHaveLength(1);
    expect(logs).toMatchObject([{ level: "warning", line: expect.stringContaining("postponed until") }]);
  });

  it("is not postponed after a defect, and logs it as an error with its stack", async () => {
    failWith(new TypeError("x is undefined"));
    await expect(deliver(queue)).rejects.toThrow(TypeError);
    expect(copies).toEqual([]);
    expect(logs).toEqual([
      { level: "error", line: expect.stringMatching(new RegExp(`^${queue} failed: TypeError\\n {4}at `)) },
    ]);
  });
});

describe("an event that is queued because access is refused", () => {
  it("is logged as an error", async () => {
    fakes.hooks.before = (operation) => {
      if (!operation.startsWith("providerEvents.")) throw refused;
    };
    await makeAcsEvent(portsFor, "sms-received")(received as never, contextOf("sms-received"));
    expect(logs).toEqual([{ level: "error", line: `sms-received event of acs queued: ${refused.message}` }]);
    expect(fakes.providerEvents.kept).toHaveLength(1);
  });
});

describe("the activity of the routing workflow", () => {
  const advance = async () => {
    await withDefectLog(makeAdvanceRouting(portsFor))(item, contextOf("advanceRouting"));
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
