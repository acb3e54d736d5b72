import type { ServiceBusReceivedMessage } from "@azure/service-bus";
import type { TypedData } from "../invocation.ts";

/** `DateTime.MaxValue`, which .NET shows for a message that never expires. */
const NO_EXPIRY = "9999-12-31T23:59:59.9999999Z";
const LAST_TIME_OF_DOTNET_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Converts a body to the input of a function: always text; the worker parses JSON. */
export const toTriggerInput = ({ body }: ServiceBusReceivedMessage): TypedData => {
  if (body instanceof Uint8Array) return { string: Buffer.from(body).toString("utf8") };
  return { string: typeof body === "string" ? body : JSON.stringify(body) };
};

/** The trigger metadata of a message, with the names of version 5 of the extension. Missing properties are omitted. */
export const toTriggerMetadata = (message: ServiceBusReceivedMessage): Record<string, TypedData> => {
  const values: Record<string, unknown> = {
    MessageId: message.messageId,
    SequenceNumber: message.sequenceNumber?.toNumber(),
    DeliveryCount: (message.deliveryCount ?? 0) + 1, // AMQP counts previous deliveries; .NET counts this one too
    LockToken: message.lockToken,
    EnqueuedTimeUtc: message.enqueuedTimeUtc,
    EnqueuedTime: message.enqueuedTimeUtc,
    ExpiresAtUtc: toExpiry(message.expiresAtUtc),
    ExpiresAt: toExpiry(message.expiresAtUtc),
    ContentType: message.contentType,
    CorrelationId: message.correlationId,
    Subject: message.subject,
    Label: message.subject,
    To: message.to,
    ReplyTo: message.replyTo,
    SessionId: message.sessionId,
    ReplyToSessionId: message.replyToSessionId,
    PartitionKey: message.partitionKey,
    DeadLetterSource: message.deadLetterSource,
    ApplicationProperties: message.applicationProperties ?? {},
    UserProperties: message.applicationProperties ?? {},
  };
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name, value]) => [name, toTypedData(value)]),
  );
};

const toExpiry = (time: Date | undefined): Date | string | undefined =>
  time && time.getTime() > LAST_TIME_OF_DOTNET_MS ? NO_EXPIRY : time;

const toTypedData = (value: unknown): TypedData =>
  typeof value === "string" ? { string: value } : { json: JSON.stringify(value) };
