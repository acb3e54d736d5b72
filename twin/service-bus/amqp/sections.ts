import { BrokerError } from "../broker-error.ts";
import { type Typed, types } from "./rhea.ts";

/** Descriptor codes of the sections of a message. Source: AMQP 1.0, section 3.2. */
export const SECTION = {
  header: 0x70,
  messageAnnotations: 0x72,
  properties: 0x73,
  applicationProperties: 0x74,
  data: 0x75,
  value: 0x77,
} as const;

/** Positions in the properties section. Source: AMQP 1.0, section 3.2.4. */
export const PROPERTY = {
  messageId: 0,
  replyTo: 4,
  groupId: 10,
} as const;

interface Section {
  readonly value: Typed;
  readonly bytes: Buffer;
}

/** A message split into the sections before the body, by descriptor code, and the undecoded body and footer. */
export interface SplitMessage {
  readonly sections: ReadonlyMap<number, Section>;
  readonly body: Buffer;
}

/** @throws BrokerError `amqp:decode-error` when the bytes are not an AMQP message. */
export const splitMessage = (bytes: Buffer): SplitMessage =>
  decode(() => {
    const reader = new types.Reader(bytes);
    const sections = new Map<number, Section>();
    while (reader.remaining() > 0) {
      const start = reader.position;
      const code = reader.read_constructor().descriptor?.value;
      if (typeof code !== "number") throw new Error("a section has no numeric descriptor");
      reader.position = start;
      if (code >= SECTION.data) return { sections, body: bytes.subarray(start) };
      const value = reader.read();
      sections.set(code, { value, bytes: bytes.subarray(start, reader.position) });
    }
    return { sections, body: Buffer.alloc(0) };
  });

/** Decodes the sections of a body. @throws BrokerError `amqp:decode-error` */
export const readBody = (body: Buffer): Typed[] =>
  decode(() => {
    const reader = new types.Reader(body);
    const sections: Typed[] = [];
    while (reader.remaining() > 0) sections.push(reader.read());
    return sections;
  });

export const encodeSection = (code: number, value: Typed): Buffer => {
  const writer = new types.Writer();
  writer.write(types.described(types.wrap_ulong(code), value));
  return writer.toBuffer();
};

/** The typed items of a list or an array; none for undefined or null. */
export const itemsOf = (typed: Typed | undefined): readonly Typed[] => (Array.isArray(typed?.value) ? typed.value : []);

/** The keys and typed values of a map, in order. Keys are symbols or strings. */
export const entriesOf = (typed: Typed | undefined): Map<string, Typed> => {
  const items = itemsOf(typed);
  const entries = new Map<string, Typed>();
  for (let i = 0; i + 1 < items.length; i += 2) {
    const [key, value] = [items[i], items[i + 1]];
    if (key && value) entries.set(String(key.value), value);
  }
  return entries;
};

const decode = <T>(read: () => T): T => {
  try {
    return read();
  } catch (cause) {
    throw new BrokerError("amqp:decode-error", `The message cannot be decoded: ${BrokerError.from(cause).message}.`);
  }
};
