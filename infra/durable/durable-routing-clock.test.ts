import { DurableTwin } from "azure-twin/functions-host/testing";
import { describe, expect, it, vi } from "vitest";
import { TransientError } from "../../shared/kernel/errors.ts";
import { threadOf, workItemIdOf } from "../../shared/kernel/ids.ts";
import type { WorkItem } from "../../shared/kernel/jobs.ts";
import { CHANGED, ROUTE_WORK_ITEM } from "../../shared/routing/routing-workflow.ts";
import { newConversationId } from "../../tests/contracts/sample-ids.ts";
import { DurableRoutingClock } from "./durable-routing-clock.ts";

const newItem = (): WorkItem & { readonly instanceId: string } => {
  const conversationId = newConversationId();
  return { conversationId, threadId: threadOf(conversationId), epoch: 1, instanceId: workItemIdOf(conversationId, 1) };
};

/** A task hub whose work items end at their first event, and hold on to what it carried. */
const makeClock = async () => {
  const twin = await DurableTwin.start((df) => {
    df.app.orchestration(ROUTE_WORK_ITEM, function* (context) {
      const change: unknown = yield context.df.waitForExternalEvent(CHANGED);
      return { input: context.df.getInput(), change };
    });
  });
  return { twin, routingClock: new DurableRoutingClock(twin.client) };
};

describe("the clock of routing, in Durable Functions", () => {
  it("starts the orchestration of a work item under the work item's id, with its ids as input", async () => {
    const { twin, routingClock } = await makeClock();
    const { instanceId, ...item } = newItem();
    await routingClock.start(item);
    await routingClock.changed(instanceId, { settled: false });
    expect((await twin.end(instanceId)).output).toEqual({ input: item, change: { settled: false } });
  });

  it("leaves an orchestration as it is that runs already", async () => {
    const { twin, routingClock } = await makeClock();
    const { instanceId, ...item } = newItem();
    await Promise.all([routingClock.start(item), routingClock.start(item), routingClock.start(item)]);
    await routingClock.start(item);
    expect(twin.taskHub.actionCounts().orchestrationsStarted).toBe(1);
  });

  it("tells an orchestration whether its work item is settled", async () => {
    const { twin, routingClock } = await makeClock();
    const { instanceId, ...item } = newItem();
    await routingClock.start(item);
    await routingClock.changed(instanceId, { settled: true });
    expect((await twin.end(instanceId)).output).toMatchObject({ change: { settled: true } });
  });

  it("tells nothing, and does not mind, when the orchestration never began or has ended", async () => {
    const { twin, routingClock } = await makeClock();
    const { instanceId, ...item } = newItem();
    await routingClock.changed(instanceId, { settled: true });
    await routingClock.start(item);
    await routingClock.changed(instanceId, { settled: true });
    await twin.end(instanceId);
    await routingClock.changed(instanceId, { settled: true });
  });

  it("knows which work items have an orchestration that has not ended", async () => {
    const { twin, routingClock } = await makeClock();
    const [ended, running] = [newItem(), newItem()];
    for (const { instanceId: _, ...item } of [ended, running]) await routingClock.start(item);
    await routingClock.changed(ended.instanceId, { settled: true });
    await twin.end(ended.instanceId);
    expect(await routingClock.running()).toEqual(new Set([running.instanceId]));
  });

  it("forgets those that ended before a moment, and no others", async () => {
    const { twin, routingClock } = await makeClock();
    const [ended, running, later] = [newItem(), newItem(), newItem()];
    for (const { instanceId: _, ...item } of [ended, running]) await routingClock.start(item);
    await routingClock.changed(ended.instanceId, { settled: true });
    await twin.end(ended.instanceId);
    twin.clock.advance(3_600_000);
    const moment = new Date(twin.clock.now());
    twin.clock.advance(1000);
    const { instanceId, ...item } = later;
    await routingClock.start(item);
    await routingClock.changed(instanceId, { settled: true });
    await twin.end(instanceId);
    expect(await routingClock.purgeEndedBefore(moment)).toBe(1);
    expect(twin.taskHub.instances().map((each) => each.instanceId)).toEqual([running.instanceId, instanceId]);
  });

  it("forgets nothing where nothing has ended, and does not mind", async () => {
    const { twin, routingClock } = await makeClock();
    expect(await routingClock.purgeEndedBefore(new Date(twin.clock.now()))).toBe(0);
  });

  it("fails as something that may work later while the task hub is unavailable", async () => {
    const { twin, routingClock } = await makeClock();
    const { instanceId, ...item } = newItem();
    vi.spyOn(twin.engine, "handle").mockResolvedValue({ status: 503, headers: {}, body: "" });
    await expect(routingClock.start(item)).rejects.toThrow(TransientError);
    await expect(routingClock.changed(instanceId, { settled: true })).rejects.toThrow(TransientError);
  });
});
