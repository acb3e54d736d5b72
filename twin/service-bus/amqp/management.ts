import { BrokerError } from "../broker-error.ts";
import type { Entity, Settlement } from "../entity.ts";
import type { QueuedMessage } from "../queue/message.ts";
import type { SessionLock, Sessions } from "../queue/sessions.ts";
import { AmqpMessage } from "./amqp-message.ts";
import { deliveryTagFromUuid, uuidFromDeliveryTag } from "./lock-token.ts";
import { Fields, unknownOperation } from "./request.ts";
import { type Typed, types } from "./rhea.ts";
import { entriesOf } from "./sections.ts";

/** Type codes of array items. Source: AMQP 1.0, section 1.6. */
const LONG = 0x81;
const TIMESTAMP = 0x83;

/** The body of a response; undefined for an empty result (204). */
type ResponseBody = Readonly<Record<string, Typed>> | undefined;
type Operation = (entity: Entity, fields: Fields) => ResponseBody;

const EMPTY: ResponseBody = {};

/**
 * Runs an operation of an entity's management node.
 * @returns the body of the response; undefined for an empty result.
 * @throws BrokerError `amqp:not-implemented` for an unknown operation, otherwise as the operation does.
 */
export const runManagementOperation = (
  entity: Entity,
  operation: string,
  body: Typed | undefined,
): Typed | undefined => {
  const run = OPERATIONS.get(operation);
  if (!run) throw unknownOperation(operation);
  const response = run(entity, new Fields(entriesOf(body)));
  return response && types.wrap_map(response);
};

const peek: Operation = ({ queue }, fields) => {
  const from = fields.integer("from-sequence-number");
  const found = queue.peek(from, fields.integer("message-count"), fields.optionalText("session-id"));
  if (found.length === 0) return undefined;
  // A peeked message has no lock, even while another receiver holds one.
  return { messages: types.wrap_list(found.map((queued) => encodeMessage({ ...queued, lockedUntil: undefined }))) };
};

const schedule: Operation = (entity, fields) => {
  const encoded = fields.list("messages").map((item) => new Fields(entriesOf(item)).optionalBytes("message"));
  const messages = encoded.map((bytes) => AmqpMessage.decode(bytes ?? Buffer.alloc(0)));
  return { "sequence-numbers": types.wrap_array(entity.send(messages), LONG) };
};

const cancelScheduled: Operation = ({ queue }, fields) => {
  queue.cancelScheduled(fields.integers("sequence-numbers"));
  return EMPTY;
};

const renewLock: Operation = ({ queue }, fields) => {
  const expirations = fields.listOfBytes("lock-tokens").map((uuid) => queue.renewLock(deliveryTagFromUuid(uuid)));
  return { expirations: types.wrap_array(expirations, TIMESTAMP) };
};

/** `receiver-settle-mode` 0 removes the messages from the queue, 1 locks them. */
const receiveDeferred: Operation = ({ queue }, fields) => {
  const sequenceNumbers = fields.integers("sequence-numbers");
  const session = sessionLockOf(queue.sessions, fields.optionalText("session-id"));
  if (fields.integer("receiver-settle-mode") === 0) {
    const removed = queue.receiveAndDeleteDeferred(sequenceNumbers, session);
    return { messages: types.wrap_list(removed.map((queued) => encodeMessage(queued))) };
  }
  const deliveries = queue.receiveDeferred(sequenceNumbers, session);
  return { messages: types.wrap_list(deliveries.map(({ queued, token }) => encodeMessage(queued, token))) };
};

const settle: Operation = (entity, fields) => {
  const settlement = settlementOf(fields);
  for (const uuid of fields.listOfBytes("lock-tokens")) entity.settle(deliveryTagFromUuid(uuid), settlement);
  return EMPTY;
};

const renewSessionLock: Operation = ({ queue }, fields) => {
  const lock = sessionsOf(queue.sessions).renew(fields.text("session-id"));
  return { expiration: types.wrap_timestamp(lock.lockedUntil) };
};

const getSessionState: Operation = ({ queue }, fields) => ({
  "session-state": types.wrap(sessionsOf(queue.sessions).stateOf(fields.text("session-id"))),
});

const setSessionState: Operation = ({ queue }, fields) => {
  sessionsOf(queue.sessions).setState(fields.text("session-id"), fields.optionalBytes("session-state"));
  return EMPTY;
};

/** Source: "AMQP 1.0 in Azure Service Bus: request-response-based operations". `defered` is its spelling. */
const settlementOf = (fields: Fields): Settlement => {
  const changes = fields.entries("properties-to-modify");
  const status = fields.text("disposition-status");
  switch (status) {
    case "completed":
      return { kind: "complete" };
    case "abandoned":
      return { kind: "abandon", changes };
    case "defered":
      return { kind: "defer", changes };
    case "suspended": {
      const reason = fields.optionalText("deadletter-reason");
      return { kind: "dead-letter", changes, reason, description: fields.optionalText("deadletter-description") };
    }
    default:
      throw new BrokerError("com.microsoft:argument-error", `The disposition status '${status}' is not known.`);
  }
};

const encodeMessage = (queued: QueuedMessage, token?: Buffer): Typed =>
  types.wrap_map({
    message: queued.message.encode(queued),
    ...(token && { "lock-token": types.wrap_uuid(uuidFromDeliveryTag(token)) }),
  });

const sessionsOf = (sessions: Sessions | undefined): Sessions => {
  if (sessions) return sessions;
  throw new BrokerError("amqp:not-allowed", "The queue has no sessions.");
};

/** The lock on the session that a request names; undefined in a queue without sessions. */
const sessionLockOf = (sessions: Sessions | undefined, sessionId: string | undefined): SessionLock | undefined =>
  sessionId === undefined ? undefined : sessions?.lockOf(sessionId);

const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ["com.microsoft:peek-message", peek],
  ["com.microsoft:schedule-message", schedule],
  ["com.microsoft:cancel-scheduled-message", cancelScheduled],
  ["com.microsoft:renew-lock", renewLock],
  ["com.microsoft:receive-by-sequence-number", receiveDeferred],
  ["com.microsoft:update-disposition", settle],
  ["com.microsoft:renew-session-lock", renewSessionLock],
  ["com.microsoft:get-session-state", getSessionState],
  ["com.microsoft:set-session-state", setSessionState],
]);
