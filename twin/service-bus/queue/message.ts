/** Application properties to add to a message. Values are plain, or in the form in which they came over the wire. */
export type Properties = ReadonlyMap<string, unknown>;

/** What a queue has to know of a message; all else it carries unread. */
export interface Message {
  /** The message id; the broker gives one to a message that came without. */
  readonly id: string;
  readonly sessionId: string | undefined;
  /** The sender's time to live in milliseconds, from the moment the message can be received. */
  readonly timeToLiveMs: number | undefined;
  /** The time before which the message must not be received, in milliseconds since the Unix epoch. */
  readonly scheduledEnqueueAt: number | undefined;
  /** A copy with these application properties added or replaced. */
  withProperties(properties: Properties): Message;
  /** The bytes that a receiver gets: the message, and what the queue knows of it. */
  encode(queued: QueuedMessage): Buffer;
}

/** A message in a queue, with what the queue knows of it. */
export interface QueuedMessage {
  readonly message: Message;
  readonly state: "active" | "scheduled" | "deferred";
  /** Position in the queue: grows by one with each message, from 1. */
  readonly sequenceNumber: number;
  /** The number it had before it was moved: as a scheduled message, or in the queue it was dead-lettered from. */
  readonly enqueueSequenceNumber: number | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly enqueuedAt: number;
  /** Milliseconds from `enqueuedAt` after which it is no longer delivered; infinite when it lives for ever. */
  readonly timeToLiveMs: number;
  /** Deliveries which ended without the message being completed. */
  readonly deliveryCount: number;
  /** While locked: when the lock ends, in milliseconds since the Unix epoch. */
  readonly lockedUntil: number | undefined;
}

/** What the queue itself may change of a message it holds. */
export type Entry = { -readonly [K in keyof QueuedMessage]: QueuedMessage[K] };

/** A message handed to a receiver, who must settle it under this token before its lock ends. */
export interface Delivery {
  /** 16 random bytes. */
  readonly token: Buffer;
  readonly queued: QueuedMessage;
}
