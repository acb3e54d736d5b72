import { BrokerError } from "../broker-error.ts";
import { messages, type Typed, types } from "./rhea.ts";
import { entriesOf, itemsOf, readBody, SECTION, splitMessage } from "./sections.ts";

/** Places in the properties section. Source: AMQP 1.0, section 3.2.4. */
const MESSAGE_ID = 0;
const REPLY_TO = 4;

/** A request to a management node or to `$cbs`. */
export interface Request {
  readonly id: Typed | undefined;
  /** The address, or the name, of the link on which the client waits for the reply. */
  readonly replyTo: string;
  readonly operation: string;
  readonly properties: Fields;
  readonly body: Typed | undefined;
}

/** @throws BrokerError `amqp:decode-error` when the bytes are no AMQP message. */
export const readRequest = (bytes: Buffer): Request => {
  const { sections, body } = splitMessage(bytes);
  const fields = itemsOf(sections.get(SECTION.properties)?.value);
  const properties = new Fields(entriesOf(sections.get(SECTION.applicationProperties)?.value));
  return {
    id: fields[MESSAGE_ID],
    replyTo: String(fields[REPLY_TO]?.value ?? ""),
    operation: properties.optionalText("operation") ?? "",
    properties,
    body: readBody(body)[0],
  };
};

/** A reply of success: 202 by CBS, 204 when there is nothing to tell, else 200. */
export const encodeResponse = (request: Request, statusCode: number, body?: Typed): Buffer =>
  encode(request, { statusCode: types.wrap_int(statusCode), statusDescription: "OK" }, body);

/** A reply which says what was wrong with the request. */
export const encodeErrorResponse = (request: Request, cause: unknown): Buffer => {
  const error = BrokerError.from(cause);
  return encode(request, {
    statusCode: types.wrap_int(error.statusCode),
    statusDescription: error.message,
    errorCondition: types.wrap_symbol(error.condition),
  });
};

const encode = (request: Request, properties: object, body?: Typed): Buffer =>
  messages.encode({ correlation_id: request.id, application_properties: properties, body });

/** The fields of a request, each taken out as what it must be. */
export class Fields {
  readonly #entries: ReadonlyMap<string, Typed>;

  constructor(entries: ReadonlyMap<string, Typed>) {
    this.#entries = entries;
  }

  /** The method throws, as all here, a BrokerError `com.microsoft:argument-error` when the field is not as named. */
  text(key: string): string {
    return this.optionalText(key) ?? invalidField(key);
  }

  optionalText(key: string): string | undefined {
    const value = this.#entries.get(key)?.value ?? undefined;
    return value === undefined || typeof value === "string" ? value : invalidField(key);
  }

  integer(key: string): number {
    return integerOf(key, this.#entries.get(key));
  }

  integers(key: string): number[] {
    return this.list(key).map((item) => integerOf(key, item));
  }

  /** Bytes, or nothing where the client sent null. */
  optionalBytes(key: string): Buffer | undefined {
    const value = this.#entries.get(key)?.value ?? undefined;
    return value === undefined || Buffer.isBuffer(value) ? value : invalidField(key);
  }

  listOfBytes(key: string): Buffer[] {
    return this.list(key).map(({ value }) => (Buffer.isBuffer(value) ? value : invalidField(key)));
  }

  list(key: string): readonly Typed[] {
    const items = itemsOf(this.#entries.get(key));
    return items.length > 0 ? items : invalidField(key);
  }

  /** A map's entries, typed; none where the client left it out. */
  entries(key: string): Map<string, Typed> {
    return entriesOf(this.#entries.get(key));
  }
}

/** rhea leaves integers of more than 53 bits as bytes. */
const integerOf = (key: string, typed: Typed | undefined): number => {
  const value = typed?.value;
  if (typeof value === "number") return value;
  return Buffer.isBuffer(value) && value.length === 8 ? Number(value.readBigInt64BE()) : invalidField(key);
};

const invalidField = (key: string): never => {
  throw new BrokerError("com.microsoft:argument-error", `The request lacks '${key}', or has it in a wrong form.`);
};
