import { BrokerError } from "../broker-error.ts";
import { type AmqpError, messages, type Outcome } from "./rhea.ts";

export const accepted = (): Outcome => messages.accepted().described();

export const rejected = (cause: unknown): Outcome => messages.rejected({ error: amqpError(cause) }).described();

export const amqpError = (cause: unknown): AmqpError => {
  const { condition, message } = BrokerError.from(cause);
  return { condition, description: message };
};
