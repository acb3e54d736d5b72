import { ServiceBusError, type ServiceBusErrorCode } from "@azure/service-bus";
import { describe, expect, it, vi } from "vitest";
import { TransientError } from "../../shared/kernel/errors.ts";
import { toInstant } from "../../shared/kernel/instant.ts";
import { QueueSenders } from "./queue-senders.ts";
import { isServiceBusFault, isTransientServiceBusFault } from "./service-bus-fault.ts";

const faultOf = (code: ServiceBusErrorCode, retryable: boolean) =>
  Object.assign(new ServiceBusError("failed", code), { retryable });

/** Sends a message through a client whose sender fails with `error`. */
const sendFailingWith = (error: unknown): Promise<void> => {
  const sender = { sendMessages: vi.fn().mockRejectedValue(error) };
  const senders = new QueueSenders(
    async () => ({ createSender: () => sender }) as never,
    () => toInstant(new Date(0)),
  );
  return senders.send({ queue: "work-items", body: {} });
};

describe("a fault of Service Bus", () => {
  it.each([
    faultOf("ServiceBusy", true),
    faultOf("ServiceTimeout", true),
    faultOf("GeneralError", true),
    faultOf("ServiceCommunicationProblem", false),
    faultOf("QuotaExceeded", false),
    faultOf("UnauthorizedAccess", false),
    Object.assign(faultOf("GeneralError", false), { name: "MessagingError", syscall: "connect" }),
    new AggregateError([faultOf("ServiceBusy", true), faultOf("ServiceTimeout", true)]),
    Object.assign(new Error("refused"), { code: "ECONNREFUSED" }),
    Object.assign(new Error("no identity"), { name: "CredentialUnavailableError" }),
  ])("becomes a TransientError with its cause: %s", async (fault) => {
    const failure: unknown = await sendFailingWith(fault).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TransientError);
    expect(failure).toMatchObject({ cause: fault });
  });

  it.each([
    [faultOf("UnauthorizedAccess", false), true],
    [new AggregateError([faultOf("ServiceBusy", true), faultOf("UnauthorizedAccess", false)]), true],
    [Object.assign(new Error("no identity"), { name: "CredentialUnavailableError" }), true],
    [faultOf("ServiceBusy", true), false],
  ])("becomes a TransientError for %s that says whether access is refused: %s", async (fault, isAccessRefused) => {
    await expect(sendFailingWith(fault)).rejects.toMatchObject({ isAccessRefused });
  });

  it.each([faultOf("MessageSizeExceeded", false), faultOf("MessagingEntityNotFound", false)])(
    "is rethrown when no retry helps: $code",
    async (fault) => {
      await expect(sendFailingWith(fault)).rejects.toBe(fault);
      expect(isServiceBusFault(fault)).toBe(true);
    },
  );

  it.each([
    new TypeError("x is undefined"),
    new AggregateError([faultOf("ServiceBusy", true), new TypeError("x is undefined")]),
  ])("does not include %s, which is rethrown", async (defect) => {
    await expect(sendFailingWith(defect)).rejects.toBe(defect);
    expect(isServiceBusFault(defect)).toBe(false);
    expect(isTransientServiceBusFault(defect)).toBe(false);
  });
});
