import rhea from "rhea";
import { describe, expect, it } from "vitest";
import type { QueuedMessage } from "../queue/message.ts";
import { AmqpMessage } from "./amqp-message.ts";
import { entriesOf, SECTION, splitMessage } from "./sections.ts";

const { message: codec, types } = rhea;

/** AMQP types that cannot be inferred from a JavaScript value. */
const TYPED = {
  int: types.wrap_int(-3),
  uint: types.wrap_uint(3),
  long: types.wrap_long(3),
  ulong: types.wrap_ulong(3),
  short: types.wrap_short(3),
  byte: types.wrap_byte(3),
  float: types.wrap_float(1.5),
  double: types.wrap_double(2),
  char: types.wrap_char(65),
  uuid: types.wrap_uuid(Buffer.alloc(16, 7)),
  symbol: types.wrap_symbol("s"),
  time: types.wrap_timestamp(new Date(1_700_000_000_000)),
};

const queuedWith = (message: AmqpMessage, fields: Partial<QueuedMessage> = {}): QueuedMessage => ({
  message,
  state: "active",
  sequenceNumber: 5,
  enqueueSequenceNumber: undefined,
  enqueuedAt: 1_800_000_000_000,
  timeToLiveMs: Number.POSITIVE_INFINITY,
  deliveryCount: 2,
  lockedUntil: 1_800_000_060_000,
  ...fields,
});

const forward = (sent: object, fields?: Partial<QueuedMessage>): Buffer => {
  const message = AmqpMessage.decode(codec.encode(sent));
  return message.encode(queuedWith(message, fields));
};

/** The part of an encoded message from the section with this descriptor code on. */
const from = (code: number, bytes: Buffer): Buffer => bytes.subarray(bytes.indexOf(Buffer.from([0, 0x53, code])));

describe("AmqpMessage", () => {
  it("forwards properties, application properties, body and footer byte for byte", () => {
    const sent = {
      message_id: "m",
      user_id: Buffer.from("me"),
      correlation_id: types.wrap_ulong(9),
      application_properties: TYPED,
      body: codec.data_sections([Buffer.from("one"), Buffer.from("two")]),
      footer: { checksum: types.wrap_short(1) },
    };
    expect(from(0x73, forward(sent))).toEqual(from(0x73, codec.encode(sent)));
  });

  it("keeps the types of unknown annotations", () => {
    const message = AmqpMessage.decode(codec.encode({ message_annotations: TYPED, body: null }));
    const annotations = splitMessage(message.encode(queuedWith(message))).sections.get(SECTION.messageAnnotations);
    const entries = entriesOf(annotations?.value);
    for (const [key, value] of Object.entries(TYPED)) expect(entries.get(key)).toEqual(value);
  });

  it("replaces the broker annotations of an earlier queue", () => {
    const stale = { "x-opt-locked-until": types.wrap_timestamp(1), "x-opt-sequence-number": types.wrap_long(99) };
    const received = codec.decode(
      forward({ message_annotations: { ...stale, own: "kept" } }, { lockedUntil: undefined }),
    );
    expect(received.delivery_count).toBe(2);
    expect(received.message_annotations).toEqual({
      own: "kept",
      "x-opt-sequence-number": 5,
      "x-opt-enqueued-time": new Date(1_800_000_000_000),
      "x-opt-message-state": 0,
    });
  });

  it("assigns an id to a message without one, and keeps its other properties", () => {
    const received = codec.decode(forward({ subject: "s", group_id: "g" }));
    expect(received).toMatchObject({
      message_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      subject: "s",
      group_id: "g",
    });
  });

  it("adds application properties, and keeps the types of existing ones", () => {
    const message = AmqpMessage.decode(codec.encode({ application_properties: TYPED, body: "b" }));
    const added = new Map<string, unknown>([["DeadLetterReason", "invalid"]]);
    const bytes = message.withProperties(added).encode(queuedWith(message));
    const expected = codec.encode({ application_properties: { ...TYPED, DeadLetterReason: "invalid" }, body: "b" });
    expect(from(0x74, bytes)).toEqual(from(0x74, expected));
  });

  it("limits the time to live to that of the queue", () => {
    expect(codec.decode(forward({ ttl: 5000 }, { timeToLiveMs: 1000 })).ttl).toBe(1000);
    expect(codec.decode(forward({}, { timeToLiveMs: 10 ** 12 })).ttl).toBe(0xffff_ffff);
  });

  it("decodes the messages of a batch", () => {
    const batch = codec.encode({ body: codec.data_sections(["a", "b"].map((id) => codec.encode({ message_id: id }))) });
    expect(AmqpMessage.decodeBatch(batch).map((message) => message.id)).toEqual(["a", "b"]);
  });

  it("throws on bytes that are not a message", () => {
    expect(() => AmqpMessage.decode(Buffer.from("text"))).toThrow("cannot be decoded");
  });
});
