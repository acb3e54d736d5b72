import { BrokerError } from "../broker-error.ts";
import { AmqpMessage } from "./amqp-message.ts";
import { amqpError } from "./outcomes.ts";
import type { MessageContext, Receiver } from "./rhea.ts";
import { DEFAULT_MESSAGE_FORMAT } from "./rhea-patches.ts";

/** Maximum message size of the standard tier, in bytes. Clients fill batches up to it. */
const MAX_MESSAGE_BYTES = 256 * 1024;

/** The message format of a batch, whose data sections are encoded messages. */
const BATCH_FORMAT = 0x8001_3700;

/**
 * Handles a transfer from the client.
 * @throws the error that the transfer is rejected with.
 */
export type TransferHandler = (bytes: Buffer, format: number) => void;

/** Attaches a link on which the client sends, and settles its transfers. */
export const openSendingLink = (receiver: Receiver, handle: TransferHandler): void => {
  receiver.local.attach.max_message_size = MAX_MESSAGE_BYTES;
  receiver.on("message", ({ message, format, delivery }: MessageContext) => {
    try {
      handle(message, format);
      delivery.accept();
    } catch (cause) {
      delivery.reject(amqpError(cause));
    }
  });
  receiver.attach();
};

/**
 * Decodes the messages in a transfer to a queue.
 * @throws BrokerError `amqp:link:message-size-exceeded`, `amqp:decode-error`, or `amqp:not-implemented` for a format
 *   that is neither a message nor a batch.
 */
export const decodeTransfer = (bytes: Buffer, format: number): AmqpMessage[] => {
  if (bytes.length > MAX_MESSAGE_BYTES) {
    throw new BrokerError(
      "amqp:link:message-size-exceeded",
      `The message has ${bytes.length} bytes, and the limit is ${MAX_MESSAGE_BYTES}.`,
    );
  }
  if (format === BATCH_FORMAT) return AmqpMessage.decodeBatch(bytes);
  if (format === DEFAULT_MESSAGE_FORMAT) return [AmqpMessage.decode(bytes)];
  throw new BrokerError("amqp:not-implemented", `The twin does not support message format 0x${format.toString(16)}.`);
};
