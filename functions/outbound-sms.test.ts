import { InvocationContext } from "@azure/functions";
import { beforeEach, describe, expect, it } from "vitest";
import { OutcomeUnknownError, TransientError } from "../shared/kernel/errors.ts";
import { addSeconds, type Instant } from "../shared/kernel/instant.ts";
import type { OutboundRequest } from "../shared/kernel/jobs.ts";
import { type Fakes, makeFakes } from "../tests/fakes/fakes.ts";
import { sampleChannel } from "../tests/fakes/sample-organisation.ts";
import { storeReply } from "../tests/fakes/stored-reply.ts";
import { withDefectLog } from "./invocation/defect-log.ts";
import { makeOutboundSms } from "./outbound-sms.ts";

let fakes: Fakes;
let request: OutboundRequest;
let logs: { readonly level: string; readonly message: unknown }[];

beforeEach(async () => {
  fakes = makeFakes();
  request = await storeReply(fakes);
  logs = [];
});

/** Delivers the request as the host does. @returns until when it is postponed. */
const deliver = async (body: unknown = request): Promise<Instant | undefined> => {
  const context = new InvocationContext({
    functionName: "outbound-sms",
    logHandler: (level, message) => void (level !== "information" && logs.push({ level, message })),
  });
  return withDefectLog(makeOutboundSms(() => fakes))(body, context);
};

const message = () => fakes.messages.replies()[0];

describe("outbound-sms", () => {
  it("sends the reply", async () => {
    await deliver();
    expect(message()).toMatchObject({ state: "sent" });
    expect(logs).toEqual([]);
  });

  it("logs a reply that the provider refuses, by its id", async () => {
    fakes.provider.next.push({ kind: "refused", failure: "number-invalid", code: "400" });
    await deliver();
    const failed = JSON.stringify({ messageId: request.messageId, failure: "number-invalid" });
    expect(logs).toEqual([{ level: "warning", message: `reply failed: ${failed}` }]);
  });

  it.each([
    ["is unavailable", new TransientError("busy"), "idempotent"],
    ["loses the response, and recognises a repeated text", new OutcomeUnknownError("broken"), "idempotent"],
    ["loses the response, and can look the text up", new OutcomeUnknownError("broken"), "lookup"],
  ] as const)("postpones the reply when the provider %s", async (_, error, retrySafety) => {
    fakes.provider.capabilities = { ...fakes.provider.capabilities, retrySafety };
    fakes.provider.next.push(error);
    const until = await deliver();
    expect(until).toBe(addSeconds(fakes.now(), 1));
    expect(message()).toMatchObject({ state: "queued" });
    expect(logs).toEqual([{ level: "warning", message: `reply postponed until ${until}: ${error.message}` }]);
    fakes.clock.advance(1);
    expect(await deliver()).toBeUndefined();
    expect(message()).toMatchObject({ state: "sent" });
  });

  it("logs nothing when the reply waits for its turn", async () => {
    fakes = makeFakes({ channels: [sampleChannel({ segmentsPerMinute: 5 })] });
    request = await storeReply(fakes);
    fakes.pace.delaysSeconds.push(12);
    expect(await deliver()).toBe(addSeconds(fakes.now(), 12));
    expect(logs).toEqual([]);
  });

  it("logs a defect as an error", async () => {
    fakes.provider.next.push(new TypeError("a defect"));
    await expect(deliver()).rejects.toThrow(TypeError);
    expect(message()).toMatchObject({ state: "queued" });
    expect(logs).toEqual([
      { level: "error", message: expect.stringMatching(/^outbound-sms failed: TypeError\n {4}at /) },
    ]);
  });

  it("logs a body that is not a request as an error", async () => {
    await expect(deliver({ messageId: "out-1" })).rejects.toThrow();
    expect(logs).toMatchObject([{ level: "error" }]);
  });
});
