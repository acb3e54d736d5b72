import { randomBytes } from "node:crypto";
import type { Message, Properties, QueuedMessage } from "../queue/message.ts";
import { type Typed, types } from "./rhea.ts";
import { encodeSection, entriesOf, itemsOf, PROPERTY, readBody, SECTION, splitMessage } from "./sections.ts";

/** The values of `x-opt-message-state` that clients read. */
const STATE_CODES = { active: 0, deferred: 1, scheduled: 2 } as const;

/** Longest time to live that fits the header, in milliseconds (an AMQP uint). */
const MAX_TIME_TO_LIVE_MS = 0xffff_ffff;

/** Annotations that only the broker may write. A received message that is sent again still carries old ones. */
const BROKER_ANNOTATIONS = [
  "x-opt-sequence-number",
  "x-opt-enqueue-sequence-number",
  "x-opt-enqueued-time",
  "x-opt-locked-until",
  "x-opt-message-state",
];

interface Sections {
  readonly header: readonly Typed[];
  readonly annotations: ReadonlyMap<string, Typed>;
  readonly properties: Buffer;
  readonly applicationProperties: Buffer;
  readonly body: Buffer;
}

/**
 * A message received over AMQP. Properties and body are kept as bytes. Only the sections that a broker changes, header
 * and annotations, are encoded again, with the types that their values had.
 */
export class AmqpMessage implements Message {
  readonly id: string;
  readonly sessionId: string | undefined;
  readonly timeToLiveMs: number | undefined;
  readonly scheduledEnqueueAt: number | undefined;
  readonly #sections: Sections;

  private constructor(id: string, sessionId: string | undefined, sections: Sections) {
    this.id = id;
    this.sessionId = sessionId;
    this.#sections = sections;
    const timeToLive = sections.header[2]?.value;
    this.timeToLiveMs = typeof timeToLive === "number" ? timeToLive : undefined;
    const scheduled = sections.annotations.get("x-opt-scheduled-enqueue-time")?.value;
    this.scheduledEnqueueAt = scheduled instanceof Date ? scheduled.getTime() : undefined;
  }

  /** @throws BrokerError `amqp:decode-error` when the bytes are not an AMQP message. */
  static decode(bytes: Buffer): AmqpMessage {
    const { sections, body } = splitMessage(bytes);
    const properties = sections.get(SECTION.properties);
    const fields = itemsOf(properties?.value);
    const sentId = fields[PROPERTY.messageId]?.value ?? undefined;
    const id = sentId === undefined ? randomBytes(16).toString("hex") : idText(sentId);
    const sessionId = fields[PROPERTY.groupId]?.value ?? undefined;
    return new AmqpMessage(id, sessionId === undefined ? undefined : String(sessionId), {
      header: itemsOf(sections.get(SECTION.header)?.value),
      annotations: withoutBrokerAnnotations(entriesOf(sections.get(SECTION.messageAnnotations)?.value)),
      properties: properties && sentId !== undefined ? properties.bytes : encodeProperties(id, fields),
      applicationProperties: sections.get(SECTION.applicationProperties)?.bytes ?? Buffer.alloc(0),
      body,
    });
  }

  /** Decodes the messages of a batch, whose data sections are encoded messages. */
  static decodeBatch(bytes: Buffer): AmqpMessage[] {
    return readBody(splitMessage(bytes).body).map((section) => AmqpMessage.decode(section.value as Buffer));
  }

  withProperties(added: Properties): AmqpMessage {
    if (added.size === 0) return this;
    const existing = entriesOf(readBody(this.#sections.applicationProperties)[0]);
    const merged = new Map<string, unknown>([...existing, ...added]);
    const applicationProperties = encodeSection(SECTION.applicationProperties, types.wrap(merged));
    return new AmqpMessage(this.id, this.sessionId, { ...this.#sections, applicationProperties });
  }

  /** Encodes the message for a receiver, with its broker properties in header and annotations. */
  encode(queued: QueuedMessage): Buffer {
    const { header, annotations, properties, applicationProperties, body } = this.#sections;
    const [durable, priority, , firstAcquirer] = header;
    const timeToLive = Math.min(queued.timeToLiveMs, MAX_TIME_TO_LIVE_MS);
    const ttl = Number.isFinite(queued.timeToLiveMs) ? types.wrap_uint(timeToLive) : header[2];
    const newHeader = [durable, priority, ttl, firstAcquirer, types.wrap_uint(queued.deliveryCount)];
    return Buffer.concat([
      encodeSection(SECTION.header, types.wrap_list(newHeader)),
      encodeSection(SECTION.messageAnnotations, encodeAnnotations(annotations, queued)),
      properties,
      applicationProperties,
      body,
    ]);
  }
}

const idText = (id: unknown): string => (Buffer.isBuffer(id) ? id.toString("hex") : String(id));

/** Adds the id that the sender did not set. Automatic lock renewal in clients fails for a message without an id. */
const encodeProperties = (id: string, fields: readonly Typed[]): Buffer =>
  encodeSection(SECTION.properties, types.wrap_list([id, ...fields.slice(PROPERTY.messageId + 1)]));

const withoutBrokerAnnotations = (annotations: Map<string, Typed>): Map<string, Typed> => {
  for (const key of BROKER_ANNOTATIONS) annotations.delete(key);
  return annotations;
};

const encodeAnnotations = (annotations: ReadonlyMap<string, Typed>, queued: QueuedMessage): Typed => {
  const all = new Map<string, Typed>(annotations);
  all.set("x-opt-sequence-number", types.wrap_long(queued.sequenceNumber));
  all.set("x-opt-enqueued-time", types.wrap_timestamp(queued.enqueuedAt));
  all.set("x-opt-message-state", types.wrap_int(STATE_CODES[queued.state]));
  if (queued.enqueueSequenceNumber !== undefined) {
    all.set("x-opt-enqueue-sequence-number", types.wrap_long(queued.enqueueSequenceNumber));
  }
  if (queued.lockedUntil !== undefined) all.set("x-opt-locked-until", types.wrap_timestamp(queued.lockedUntil));
  const symbols = new Map<Typed, Typed>();
  for (const [key, value] of all) symbols.set(types.wrap_symbol(key), value);
  return types.wrap(symbols);
};
