/**
 * The AMQP error conditions of the broker, with their status codes in management responses.
 * Source: "AMQP 1.0 in Azure Service Bus: request-response-based operations", and the conditions that
 * `@azure/core-amqp` translates.
 */
const STATUS_CODES = {
  "amqp:decode-error": 400,
  "amqp:internal-error": 500,
  "amqp:link:message-size-exceeded": 403,
  "amqp:not-allowed": 400,
  "amqp:not-found": 404,
  "amqp:not-implemented": 501,
  "amqp:unauthorized-access": 401,
  "com.microsoft:argument-error": 400,
  "com.microsoft:message-lock-lost": 410,
  "com.microsoft:message-not-found": 404,
  "com.microsoft:server-busy": 503,
  "com.microsoft:session-cannot-be-locked": 410,
  "com.microsoft:session-lock-lost": 410,
  "com.microsoft:timeout": 408,
} as const;

export type ErrorCondition = keyof typeof STATUS_CODES;

/** An error that the broker returns to a client. */
export class BrokerError extends Error {
  override readonly name = "BrokerError";
  readonly condition: ErrorCondition;

  constructor(condition: ErrorCondition, message: string) {
    super(message);
    this.condition = condition;
  }

  /** The HTTP-like status code in a management response. */
  get statusCode(): number {
    return STATUS_CODES[this.condition];
  }

  /** Converts any error; an unexpected one becomes `amqp:internal-error`. */
  static from(cause: unknown): BrokerError {
    if (cause instanceof BrokerError) return cause;
    return new BrokerError("amqp:internal-error", cause instanceof Error ? cause.message : String(cause));
  }
}
