import type { RetryOptions } from "@azure/service-bus";
import { describe, expect, it } from "vitest";
import { TransientError } from "../../shared/kernel/errors.ts";
import { threadOf } from "../../shared/kernel/ids.ts";
import { newConversationId, newMessageId, newThreadId } from "../../tests/contracts/sample-ids.ts";
import { startBus } from "../../tests/contracts/service-bus.ts";
import { ServiceBusJobQueue } from "./service-bus-job-queue.ts";

const start = async (retryOptions?: RetryOptions) => {
  const { senders, ...rest } = await startBus(retryOptions);
  return { ...rest, jobs: new ServiceBusJobQueue(senders) };
};

const newItem = () => {
  const conversationId = newConversationId();
  return { conversationId, threadId: threadOf(conversationId), epoch: 1 };
};

describe("the job queue in Service Bus", () => {
  it("enqueues a work item as an object of ids, under the work item's id", async () => {
    const { receiveAll, jobs } = await start();
    const item = newItem();
    await jobs.enqueueWorkItem(item);
    const [message, ...others] = await receiveAll("work-items");
    expect(message).toMatchObject({
      body: item,
      messageId: `${item.conversationId}-1`,
      contentType: "application/json",
    });
    expect(others).toEqual([]);
  });

  it("enqueues a work item once for each epoch", async () => {
    const { receiveAll, jobs } = await start();
    const item = newItem();
    await jobs.enqueueWorkItem(item);
    await jobs.enqueueWorkItem(item);
    await jobs.enqueueWorkItem({ ...item, epoch: 2 });
    expect((await receiveAll("work-items")).map(({ body }) => body.epoch)).toEqual([1, 2]);
  });

  it("enqueues every dispatch in the session of its support queue", async () => {
    const { bus, receiveAll, jobs } = await start();
    const request = (queueId: string) => ({ queueId, cause: "presence" }) as const;
    await jobs.enqueueDispatch([request("support"), request("billing")]);
    await jobs.enqueueDispatch([request("support")]);
    expect(bus.snapshot().dispatch?.active).toBe(3);
    const support = await receiveAll("dispatch", "support");
    expect(support.map(({ body, sessionId }) => ({ body, sessionId }))).toEqual([
      { body: request("support"), sessionId: "support" },
      { body: request("support"), sessionId: "support" },
    ]);
    expect((await receiveAll("dispatch", "billing")).map(({ body }) => body)).toEqual([request("billing")]);
  });

  it("enqueues a dispatch later when a delay is given", async () => {
    const { bus, clock, receiveAll, jobs } = await start();
    await jobs.enqueueDispatch([{ queueId: "support", cause: "sweep" }], 30);
    clock.advance(29_000);
    expect(bus.snapshot().dispatch).toMatchObject({ active: 0, scheduled: 1 });
    clock.advance(1_000);
    expect(await receiveAll("dispatch", "support")).toHaveLength(1);
  });

  it("sends no message without dispatches", async () => {
    const { bus, jobs } = await start();
    await jobs.enqueueDispatch([]);
    expect(bus.acceptedMessages.dispatch).toBe(0);
  });

  it("enqueues the replies of a thread once, in order, in the session of the thread", async () => {
    const { receiveAll, jobs } = await start();
    const [threadId, otherThreadId] = [newThreadId(), newThreadId()];
    const ids = Array.from({ length: 5 }, newMessageId);
    for (const id of ids) await jobs.enqueueOutbound(threadId, id);
    for (const id of ids) await jobs.enqueueOutbound(threadId, id);
    await jobs.enqueueOutbound(otherThreadId, newMessageId());
    const received = await receiveAll("outbound-sms", threadId);
    expect(received.map(({ body }) => body)).toEqual(ids.map((messageId) => ({ threadId, messageId })));
    expect(received.map(({ messageId }) => messageId)).toEqual(ids);
  });

  it("delivers the request to send a held reply when it is due", async () => {
    const { bus, clock, receiveAll, jobs } = await start();
    const [threadId, id] = [newThreadId(), newMessageId()];
    await jobs.enqueueOutbound(threadId, id, { afterSeconds: 5 });
    await jobs.enqueueOutbound(threadId, id);
    expect(bus.snapshot()["outbound-sms"]).toMatchObject({ active: 0, scheduled: 1 });
    clock.advance(5_000);
    expect(await receiveAll("outbound-sms", threadId)).toMatchObject([{ body: { threadId, messageId: id } }]);
  });

  it("sends each message under the trace of its sender", async () => {
    const { receiveAll, senders } = await startBus();
    const traceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const jobs = new ServiceBusJobQueue(senders, traceParent);
    const threadId = newThreadId();
    await jobs.enqueueWorkItem(newItem());
    await jobs.enqueueDispatch([{ queueId: "support", cause: "presence" }]);
    await jobs.enqueueOutbound(threadId, newMessageId());
    const sent = [
      ...(await receiveAll("work-items")),
      ...(await receiveAll("dispatch", "support")),
      ...(await receiveAll("outbound-sms", threadId)),
    ];
    const trace = { "Diagnostic-Id": traceParent };
    expect(sent.map(({ applicationProperties }) => applicationProperties)).toEqual([trace, trace, trace]);
  });

  it("sends a message without a trace when the sender has none", async () => {
    const { receiveAll, jobs } = await start();
    await jobs.enqueueWorkItem(newItem());
    const [message] = await receiveAll("work-items");
    expect(message?.applicationProperties ?? {}).toEqual({});
  });

  it("retries when the broker is busy for a moment", async () => {
    const { bus, receiveAll, jobs } = await start();
    bus.faults.refuseSends("work-items", 1);
    await jobs.enqueueWorkItem(newItem());
    expect(await receiveAll("work-items")).toHaveLength(1);
  });

  it("throws a TransientError with its cause when the broker stays busy", async () => {
    const { bus, jobs } = await start();
    bus.faults.refuseSends("work-items", 1000);
    const failure: unknown = await jobs.enqueueWorkItem(newItem()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TransientError);
    expect(failure).toMatchObject({ message: expect.stringContaining("work-items"), cause: expect.any(Error) });
  });

  it("reconnects, and enqueues a message once whose response was lost with the old connection", async () => {
    const { bus, receiveAll, jobs } = await start({ maxRetries: 1, retryDelayInMs: 1, timeoutInMs: 2_000 });
    const item = newItem();
    let drops = 1;
    bus.faults.beforeSend = () => {
      if (drops-- > 0) bus.dropConnections();
    };
    await jobs.enqueueWorkItem(item).catch((error: unknown) => expect(error).toBeInstanceOf(TransientError));
    await jobs.enqueueWorkItem(item);
    expect(await receiveAll("work-items")).toHaveLength(1);
  });

  it("throws a TransientError while the broker is unavailable, and works when it is back", async () => {
    const { bus, receiveAll, jobs } = await start();
    const port = Number(/:(\d+);/.exec(bus.connectionString)?.[1]);
    await jobs.enqueueWorkItem(newItem());
    await bus.stop();
    const startedAt = performance.now();
    await expect(jobs.enqueueWorkItem(newItem())).rejects.toThrow(TransientError);
    // Event Grid waits 30 seconds for a response.
    expect(performance.now() - startedAt).toBeLessThan(30_000);
    await bus.start(port);
    await jobs.enqueueWorkItem(newItem());
    expect(await receiveAll("work-items")).toHaveLength(2);
  });
});
