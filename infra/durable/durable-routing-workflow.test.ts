import { DurableTwin } from "azure-twin/functions-host/testing";
import { describe, expect, it, vi } from "vitest";
import { TransientError } from "../../shared/kernel/errors.ts";
import { threadOf, workItemIdOf } from "../../shared/kernel/ids.ts";
import { toInstant } from "../../shared/kernel/instant.ts";
import type { WorkItem } from "../../shared/kernel/jobs.ts";
import { CHANGED, ROUTE_WORK_ITEM } from "../../shared/routing/routing-workflow.ts";
import { newConversationId } from "../../tests/contracts/sample-ids.ts";
import { DurableRoutingWorkflow } from "./durable-routing-workflow.ts";

const newItem = (): WorkItem & { readonly instanceId: string } => {
  const conversationId = newConversationId();
  return { conversationId, threadId: threadOf(conversationId), epoch: 1, instanceId: workItemIdOf(conversationId, 1) };
};

/** A task hub whose orchestrations end at their first event, and return its payload. */
const startWorkflows = async () => {
  const twin = await DurableTwin.start((df) => {
    df.app.orchestration(ROUTE_WORK_ITEM, function* (context) {
      const change: unknown = yield context.df.waitForExternalEvent(CHANGED);
      return { input: context.df.getInput(), change };
    });
  });
  return { twin, routingWorkflow: new DurableRoutingWorkflow(twin.client) };
};

describe("the routing workflow in Durable Functions", () => {
  it("starts the orchestration of a work item under the work item's id, with its ids as input", async () => {
    const { twin, routingWorkflow } = await startWorkflows();
    const { instanceId, ...item } = newItem();
    await routingWorkflow.start(item);
    await routingWorkflow.notify(instanceId, { settled: false });
    expect((await twin.end(instanceId)).output).toEqual({ input: item, change: { settled: false } });
  });

  it("gives the orchestration the trace of the invocation that starts it", async () => {
    const { twin } = await startWorkflows();
    const traceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const routingWorkflow = new DurableRoutingWorkflow(twin.client, traceParent);
    const { instanceId, ...item } = newItem();
    await routingWorkflow.start(item);
    await routingWorkflow.notify(instanceId, { settled: false });
    expect((await twin.end(instanceId)).output).toMatchObject({ input: { ...item, traceParent } });
  });

  it("is reachable", async () => {
    const { twin, routingWorkflow } = await startWorkflows();
    await routingWorkflow.ping();
    expect(twin.taskHub.instances()).toEqual([]);
  });

  it("starts no second orchestration for a work item", async () => {
    const { twin, routingWorkflow } = await startWorkflows();
    const { instanceId, ...item } = newItem();
    await Promise.all([routingWorkflow.start(item), routingWorkflow.start(item), routingWorkflow.start(item)]);
    await routingWorkflow.start(item);
    expect(twin.taskHub.actionCounts().orchestrationsStarted).toBe(1);
  });

  it("notifies an orchestration whether its work item is settled", async () => {
    const { twin, routingWorkflow } = await startWorkflows();
    const { instanceId, ...item } = newItem();
    await routingWorkflow.start(item);
    await routingWorkflow.notify(instanceId, { settled: true });
    expect((await twin.end(instanceId)).output).toMatchObject({ change: { settled: true } });
  });

  it("ignores a notification when the orchestration has not started or has ended", async () => {
    const { twin, routingWorkflow } = await startWorkflows();
    const { instanceId, ...item } = newItem();
    await routingWorkflow.notify(instanceId, { settled: true });
    await routingWorkflow.start(item);
    await routingWorkflow.notify(instanceId, { settled: true });
    await twin.end(instanceId);
    await routingWorkflow.notify(instanceId, { settled: true });
  });

  it("lists the work items whose orchestrations run", async () => {
    const { twin, routingWorkflow } = await startWorkflows();
    const [ended, running] = [newItem(), newItem()];
    for (const { instanceId: _, ...item } of [ended, running]) await routingWorkflow.start(item);
    await routingWorkflow.notify(ended.instanceId, { settled: true });
    await twin.end(ended.instanceId);
    expect(await routingWorkflow.running()).toEqual(new Set([running.instanceId]));
  });

  it("purges orchestrations that ended before a time, and no others", async () => {
    const { twin, routingWorkflow } = await startWorkflows();
    const [ended, running, later] = [newItem(), newItem(), newItem()];
    for (const { instanceId: _, ...item } of [ended, running]) await routingWorkflow.start(item);
    await routingWorkflow.notify(ended.instanceId, { settled: true });
    await twin.end(ended.instanceId);
    twin.clock.advance(3_600_000);
    const moment = new Date(twin.clock.now());
    twin.clock.advance(1000);
    const { instanceId, ...item } = later;
    await routingWorkflow.start(item);
    await routingWorkflow.notify(instanceId, { settled: true });
    await twin.end(instanceId);
    expect(await routingWorkflow.purgeEndedBefore(toInstant(moment))).toBe(1);
    expect(twin.taskHub.instances().map((instance) => instance.instanceId)).toEqual([running.instanceId, instanceId]);
  });

  it("purges nothing when no orchestration has ended", async () => {
    const { twin, routingWorkflow } = await startWorkflows();
    expect(await routingWorkflow.purgeEndedBefore(toInstant(new Date(twin.clock.now())))).toBe(0);
  });

  it("throws a TransientError while the task hub is unavailable", async () => {
    const { twin, routingWorkflow } = await startWorkflows();
    const { instanceId, ...item } = newItem();
    vi.spyOn(twin.engine, "handle").mockResolvedValue({ status: 503, headers: {}, body: "" });
    await expect(routingWorkflow.start(item)).rejects.toThrow(TransientError);
    await expect(routingWorkflow.notify(instanceId, { settled: true })).rejects.toThrow(TransientError);
  });
});
