/**
 * The AMQP error conditions that the broker answers with, and the status code each has in a management reply.
 * Source: "AMQP 1.0 in Azure Service Bus: request-response-based operations", and the conditions which
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

/** What the broker tells a client that asked for something it cannot have. */
export class BrokerError extends Error {
  override readonly name = "BrokerError";
  readonly condition: ErrorCondition;

  constructor(condition: ErrorCondition, message: string) {
    super(message);
    this.condition = condition;
  }

  /** The HTTP-like code of the condition in a management reply. */
  get statusCode(): number {
    return STATUS_CODES[this.condition];
  }

  /** Any fault as a `BrokerError`: what the broker did not foresee becomes `amqp:internal-error`. */
  static from(cause: unknown): BrokerError {
    if (cause instanceof BrokerError) return cause;
    return new BrokerError("amqp:internal-error", cause instanceof Error ? cause.message : String(cause));
  }
}
