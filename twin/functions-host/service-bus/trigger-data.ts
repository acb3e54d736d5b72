import type { ServiceBusReceivedMessage } from "@azure/service-bus";
import { writeDotnetDate } from "../dotnet-date.ts";
import type { TypedData } from "../invocation.ts";
import { membersOf, type TriggerMetadata, toMetadata, withMetadata } from "../trigger-metadata.ts";

/** Converts a body to the input of a function: always text; the worker parses JSON. */
export const toTriggerInput = ({ body }: ServiceBusReceivedMessage): TypedData => {
  if (body instanceof Uint8Array) return { string: Buffer.from(body).toString("utf8") };
  return { string: typeof body === "string" ? body : JSON.stringify(body) };
};

/**
 * The trigger metadata of a message: its properties, with the names of version 5 of the extension, and the members of a
 * body that is a JSON object, which replace properties of the same name.
 * Source: `ServiceBusTriggerBindingStrategy` of the extension, and `WorkerFunctionInvoker.TransformInput` of the host.
 */
export const toTriggerMetadata = (message: ServiceBusReceivedMessage): TriggerMetadata => {
  const enqueuedTime = toTime(message.enqueuedTimeUtc);
  const expiresAt = toTime(message.expiresAtUtc);
  const properties = toMetadata({
    MessageId: message.messageId,
    SequenceNumber: message.sequenceNumber?.toNumber(),
    DeliveryCount: (message.deliveryCount ?? 0) + 1, // AMQP counts previous deliveries; .NET counts this one too
    LockToken: message.lockToken,
    EnqueuedTimeUtc: enqueuedTime,
    EnqueuedTime: enqueuedTime && `${enqueuedTime}+00:00`,
    ExpiresAtUtc: expiresAt,
    ExpiresAt: expiresAt && `${expiresAt}+00:00`,
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
  });
  return withMetadata(properties, membersOf(toTriggerInput(message).string ?? ""));
};

/** A `DateTime` without a zone, which is how .NET writes the UTC times of a message. */
const toTime = (time: Date | undefined): string | undefined => time && writeDotnetDate(time).json;
