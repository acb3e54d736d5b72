import { InvocationContext, type ServiceBusQueueHandler } from "@azure/functions";
import { beforeEach, describe, expect, it } from "vitest";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { sampleText } from "../../tests/fakes/sample-text.ts";
import { storeReply } from "../../tests/fakes/stored-reply.ts";
import { makeAcsEvent } from "../acs-event.ts";
import { makeDispatch } from "../dispatch.ts";
import { makeOutboundSms } from "../outbound-sms.ts";
import { makeProviderEvents } from "../provider-events.ts";
import { makeAdvanceRouting } from "../route-work-item.ts";
import { makeWorkItems } from "../work-items.ts";
import { HOP_PREFIX } from "./hop-log.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const TRACE_PARENT = `00-${TRACE}-b7ad6b7169203331-01`;

let fakes: Fakes;
let lines: string[];
beforeEach(() => {
  fakes = makeFakes();
  lines = [];
});

const contextOf = (functionName: string): InvocationContext =>
  new InvocationContext({
    functionName,
    traceContext: { traceParent: TRACE_PARENT },
    triggerMetadata: { deliveryCount: 1 },
    logHandler: (level, line) => void (level === "information" && lines.push(String(line))),
  });

/** Delivers a message as the host does. */
const deliver = async (functionName: string, handler: ServiceBusQueueHandler, body: unknown): Promise<void> => {
  await handler(body, contextOf(functionName));
};

/** The only line so far, parsed. */
const hop = () => {
  const [line = "", ...others] = lines;
  expect(others).toEqual([]);
  expect(line.startsWith(HOP_PREFIX)).toBe(true);
  return JSON.parse(line.slice(HOP_PREFIX.length));
};

const receiveText = async () => {
  const event = { id: "1", received: sampleText() };
  await makeAcsEvent(() => fakes, "sms-received")(event as never, contextOf("sms-received"));
  const [{ id: messageId, threadId, conversationId } = expect.fail()] = fakes.messages.all();
  return { messageId, threadId, conversationId };
};

describe("the line of each step", () => {
  it("names the message, thread and conversation of a text", async () => {
    const { messageId, threadId, conversationId } = await receiveText();
    expect(hop()).toEqual({
      step: "sms-received",
      threadId,
      conversationId,
      messageId,
      outcome: "processed",
      durationMs: 0,
      traceId: TRACE,
    });
  });

  it("names the reason of a quarantined event", async () => {
    await deliver(
      "provider-events",
      makeProviderEvents(() => fakes),
      {
        provider: "acs",
        source: "sms-received",
        event: { id: "1" },
      },
    );
    expect(hop()).toMatchObject({ step: "provider-events", outcome: "quarantined: unreadable" });
  });

  it("names the conversation that enters routing, is evaluated and is offered", async () => {
    const { threadId, conversationId } = await receiveText();
    const item = { conversationId, threadId, epoch: 1 };
    lines = [];
    await deliver(
      "work-items",
      makeWorkItems(() => fakes),
      item,
    );
    expect(hop()).toMatchObject({ step: "work-items", conversationId, outcome: "started" });
    lines = [];
    await makeAdvanceRouting(() => fakes)({ ...item, traceParent: undefined }, contextOf("advanceRouting"));
    expect(hop()).toMatchObject({ step: "advanceRouting", conversationId, outcome: "waiting", traceId: TRACE });
    lines = [];
    await deliver(
      "dispatch",
      makeDispatch(() => fakes),
      { queueId: "support", cause: "presence" },
    );
    expect(hop()).toMatchObject({ step: "dispatch", queueId: "support", conversationIds: [conversationId] });
  });

  it("of the workflow has the trace that started it, and sends under that trace", async () => {
    const { threadId, conversationId } = await receiveText();
    const carried = TRACE_PARENT.replace(TRACE, "4bf92f3577b34da6a3ce929d0e0e4736");
    const used: (string | undefined)[] = [];
    lines = [];
    const advance = makeAdvanceRouting((_, traceParent) => {
      used.push(traceParent);
      return fakes;
    });
    await advance({ conversationId, threadId, epoch: 1, traceParent: carried }, contextOf("advanceRouting"));
    expect(hop().traceId).toBe("4bf92f3577b34da6a3ce929d0e0e4736");
    expect(used).toEqual([carried]);
  });

  it("names the reply that is sent, and how long it took", async () => {
    const request = await storeReply(fakes);
    fakes.hooks.before = (operation) => {
      if (operation === "messages.advanceDelivery") fakes.clock.advance(1.5);
    };
    await deliver(
      "outbound-sms",
      makeOutboundSms(() => fakes),
      request,
    );
    expect(hop()).toMatchObject({ step: "outbound-sms", ...request, outcome: "sent", durationMs: 1500 });
  });

  it("is missing when the step fails: the host logs that", async () => {
    fakes.hooks.before = () => {
      throw new Error("a defect");
    };
    await expect(receiveText()).rejects.toThrow("a defect");
    expect(lines).toEqual([]);
  });
});
