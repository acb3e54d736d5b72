import { InvocationContext, type ServiceBusQueueHandler } from "@azure/functions";
import { beforeEach, describe, expect, it } from "vitest";
import { QUEUES } from "../infra/service-bus/queues.ts";
import { OutcomeUnknownError, TransientError } from "../shared/kernel/errors.ts";
import type { OutboundRequest } from "../shared/kernel/jobs.ts";
import { type Fakes, makeFakes } from "../tests/fakes/fakes.ts";
import { sampleChannel } from "../tests/fakes/sample-organisation.ts";
import { storeReply } from "../tests/fakes/stored-reply.ts";
import { withDefectLog } from "./invocation/defect-log.ts";
import { withRetryDelay } from "./invocation/retry-delay.ts";
import { makeOutboundSms } from "./outbound-sms.ts";

const { maxDeliveries } = QUEUES["outbound-sms"];

let fakes: Fakes;
let request: OutboundRequest;
let waits: number[];
let logs: { readonly level: string; readonly message: unknown }[];

beforeEach(async () => {
  fakes = makeFakes();
  request = await storeReply(fakes);
  waits = [];
  logs = [];
});

/** Delivers the request as the host does. */
const deliver = async (deliveryCount: number, body: unknown = request): Promise<void> => {
  const handler: ServiceBusQueueHandler = withRetryDelay(withDefectLog(makeOutboundSms(() => fakes, maxDeliveries)), {
    wait: async (seconds) => void waits.push(seconds),
    elapsedMs: () => 0,
  });
  const context = new InvocationContext({
    functionName: "outbound-sms",
    triggerMetadata: { deliveryCount },
    logHandler: (level, message) => void (level !== "information" && logs.push({ level, message })),
  });
  await handler(body, context);
};

const message = () => fakes.messages.replies()[0];

describe("outbound-sms", () => {
  it("sends the reply", async () => {
    await deliver(1);
    expect(message()).toMatchObject({ state: "sent" });
    expect(logs).toEqual([]);
  });

  it("logs a reply that the provider refuses, by its id", async () => {
    fakes.provider.next.push({ kind: "refused", failure: "number-invalid", code: "400" });
    await deliver(1);
    const failed = JSON.stringify({ messageId: request.messageId, failure: "number-invalid" });
    expect(logs).toEqual([{ level: "warning", message: `reply failed: ${failed}` }]);
  });

  it.each([
    ["is unavailable", new TransientError("busy"), "idempotent"],
    ["loses the response, and recognises a repeated text", new OutcomeUnknownError("broken"), "idempotent"],
    ["loses the response, and can look the text up", new OutcomeUnknownError("broken"), "lookup"],
  ] as const)("waits and has the broker redeliver when the provider %s", async (_, error, retrySafety) => {
    fakes.provider.capabilities = { ...fakes.provider.capabilities, retrySafety };
    fakes.provider.next.push(error);
    await expect(deliver(3)).rejects.toThrow(error);
    expect(waits).toEqual([5]);
    expect(message()).toMatchObject({ state: "queued" });
    await deliver(4);
    expect(message()).toMatchObject({ state: "sent" });
    expect(logs).toEqual([]);
  });

  it.each([
    [new TransientError("busy"), "provider-unavailable"],
    [new OutcomeUnknownError("broken"), "outcome-unknown"],
  ])("fails the reply on the last delivery after a %s: %s", async (error, failure) => {
    fakes.provider.next.push(error);
    await deliver(maxDeliveries);
    expect(message()).toMatchObject({ state: "failed", failure });
    expect(logs).toMatchObject([{ level: "warning", message: expect.stringContaining(failure) }]);
  });

  it("re-queues the reply on the last delivery while its channel is busy", async () => {
    fakes = makeFakes({ channels: [sampleChannel({ segmentsPerMinute: 5 })] });
    request = await storeReply(fakes);
    fakes.pace.isBusy = true;
    await expect(deliver(maxDeliveries - 1)).rejects.toThrow(TransientError);
    await deliver(maxDeliveries);
    expect(fakes.jobs.outbounds).toContainEqual({ ...request, repeatedAt: fakes.now() });
    expect(message()).toMatchObject({ state: "queued" });
    expect(logs).toEqual([]);
  });

  it.each([1, maxDeliveries])("logs a defect as an error and has the message dead-lettered: delivery %i", async (n) => {
    fakes.provider.next.push(new TypeError("a defect"));
    await expect(deliver(n)).rejects.toThrow(TypeError);
    expect(waits).toEqual([]);
    expect(message()).toMatchObject({ state: "queued" });
    expect(logs).toEqual([
      { level: "error", message: expect.stringMatching(/^outbound-sms failed: TypeError\n {4}at /) },
    ]);
  });

  it("logs a body that is not a request as an error and has it dead-lettered", async () => {
    await expect(deliver(1, { messageId: "out-1" })).rejects.toThrow();
    expect(waits).toEqual([]);
    expect(logs).toMatchObject([{ level: "error" }]);
  });
});
