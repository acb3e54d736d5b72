import { BrokerError } from "../broker-error.ts";
import { messages, type Typed, types } from "./rhea.ts";
import { entriesOf, itemsOf, PROPERTY, readBody, SECTION, splitMessage } from "./sections.ts";

/** A request to a management node or to `$cbs`. */
export interface Request {
  readonly id: Typed | undefined;
  /** The address or name of the link for the response. */
  readonly replyTo: string;
  readonly operation: string;
  readonly body: Typed | undefined;
}

/** @throws BrokerError `amqp:decode-error` when the bytes are not an AMQP message. */
export const readRequest = (bytes: Buffer): Request => {
  const { sections, body } = splitMessage(bytes);
  const properties = itemsOf(sections.get(SECTION.properties)?.value);
  const applicationProperties = new Fields(entriesOf(sections.get(SECTION.applicationProperties)?.value));
  return {
    id: properties[PROPERTY.messageId],
    replyTo: String(properties[PROPERTY.replyTo]?.value ?? ""),
    operation: applicationProperties.optionalText("operation") ?? "",
    body: readBody(body)[0],
  };
};

/** A response to a request. */
export interface Response {
  /** 202 for `$cbs`, 204 for an empty result, otherwise 200. */
  readonly statusCode: number;
  readonly body?: Typed | undefined;
}

/** The application properties of a response, by what they contain. */
export interface ResponseProperties {
  readonly statusCode: string;
  readonly statusDescription: string;
  readonly errorCondition: string;
}

/** Source: "AMQP 1.0 in Azure Service Bus: request-response-based operations". */
export const MANAGEMENT_PROPERTIES: ResponseProperties = {
  statusCode: "statusCode",
  statusDescription: "statusDescription",
  errorCondition: "errorCondition",
};

/** Source: "AMQP Claims-based Security Version 1.0", put-token. */
export const CBS_PROPERTIES: ResponseProperties = {
  statusCode: "status-code",
  statusDescription: "status-description",
  errorCondition: "error-condition",
};

export const encodeResponse = (request: Request, names: ResponseProperties, { statusCode, body }: Response): Buffer =>
  encode(request, { [names.statusCode]: types.wrap_int(statusCode), [names.statusDescription]: "OK" }, body);

export const encodeErrorResponse = (request: Request, names: ResponseProperties, cause: unknown): Buffer => {
  const error = BrokerError.from(cause);
  return encode(request, {
    [names.statusCode]: types.wrap_int(error.statusCode),
    [names.statusDescription]: error.message,
    [names.errorCondition]: types.wrap_symbol(error.condition),
  });
};

/** An operation that the twin does not implement. */
export const unknownOperation = (operation: string): BrokerError =>
  new BrokerError("amqp:not-implemented", `The twin does not support the operation '${operation}'.`);

const encode = (request: Request, properties: object, body?: Typed): Buffer =>
  messages.encode({ correlation_id: request.id, application_properties: properties, body });

/**
 * The fields of a request, read by type. Every method throws a BrokerError `com.microsoft:argument-error` for a field
 * of another type, and for a missing field unless it is optional.
 */
export class Fields {
  readonly #entries: ReadonlyMap<string, Typed>;

  constructor(entries: ReadonlyMap<string, Typed>) {
    this.#entries = entries;
  }

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

  /** The entries of an optional map. */
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
  throw new BrokerError("com.microsoft:argument-error", `The field '${key}' is missing or has the wrong type.`);
};
