import type { DurableClient } from "durable-functions";
import { describe, expect, it } from "vitest";
import { TransientError } from "../../shared/kernel/errors.ts";
import { conversationIdSchema, threadOf } from "../../shared/kernel/ids.ts";
import { toInstant } from "../../shared/kernel/instant.ts";
import { DurableRoutingWorkflow } from "./durable-routing-workflow.ts";

const conversationId = conversationIdSchema.parse("0123456789abcdef01234567.1");
const item = { conversationId, threadId: threadOf(conversationId), epoch: 1 };
const workItemId = `${conversationId}-1`;

/** Every call of the port, through a client whose every request fails with `error`. */
const callsFailingWith = (error: unknown): Record<string, () => Promise<unknown>> => {
  const fail = () => Promise.reject(error);
  const client = { raiseEvent: fail, startNew: fail, getStatus: fail, getStatusBy: fail, purgeInstanceHistoryBy: fail };
  const workflow = new DurableRoutingWorkflow(client as unknown as DurableClient);
  return {
    notify: () => workflow.notify(workItemId, { settled: true }),
    start: () => workflow.start(item),
    running: () => workflow.running(),
    ping: () => workflow.ping(),
    purgeEndedBefore: () => workflow.purgeEndedBefore(toInstant(new Date(0))),
  };
};

const CALLS = Object.keys(callsFailingWith(undefined));

const statusError = (status: number) =>
  new Error(`The operation failed with an unexpected status code: ${status}. Details: ""`);

describe.each(CALLS)("%s of the Durable Functions client", (name) => {
  const call = (error: unknown) => callsFailingWith(error)[name]?.();

  it.each([
    statusError(503),
    statusError(429),
    Object.assign(new Error("socket hang up"), { isAxiosError: true, code: "ECONNRESET" }),
  ])("throws a TransientError for: %s", async (fault) => {
    const failure: unknown = await call(fault)?.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TransientError);
    expect(failure).toMatchObject({ cause: fault });
  });

  it.each([
    new TypeError("x is undefined"),
    statusError(400),
    Object.assign(new Error("bad option"), { isAxiosError: true, code: "ERR_BAD_OPTION" }),
  ])("throws as it is: %s", async (defect) => {
    await expect(call(defect)).rejects.toBe(defect);
  });
});
