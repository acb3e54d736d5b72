/** The settings of a queue, as in its deployment. */
export interface QueueSettings {
  /** Case-insensitive entity name. */
  readonly name: string;
  /** Whether every message belongs to a session, which is locked by one receiver at a time; defaults to false. */
  readonly requiresSession?: boolean;
  /** Lock duration of messages and sessions, in seconds; defaults to 60. */
  readonly lockDurationSeconds?: number;
  /** Number of deliveries after which a message that was not completed is dead-lettered; defaults to 10. */
  readonly maxDeliveryCount?: number;
  /** Window of duplicate detection, in seconds; defaults to 0, which turns it off. */
  readonly duplicateDetectionWindowSeconds?: number;
  /** Maximum time to live of a message, in seconds; by default messages do not expire. */
  readonly timeToLiveSeconds?: number;
  /** Whether an expired message is dead-lettered rather than dropped; defaults to false. */
  readonly deadLetterOnExpiration?: boolean;
}

/** The settings of a queue with all defaults applied, and times in milliseconds. */
export interface QueueProperties {
  readonly name: string;
  readonly requiresSession: boolean;
  readonly lockDurationMs: number;
  readonly maxDeliveryCount: number;
  /** 0 turns duplicate detection off. */
  readonly duplicateWindowMs: number;
  readonly timeToLiveMs: number;
  readonly deadLetterOnExpiration: boolean;
}

const SECOND_MS = 1000;

export const toQueueProperties = (settings: QueueSettings): QueueProperties => ({
  name: settings.name,
  requiresSession: settings.requiresSession ?? false,
  lockDurationMs: (settings.lockDurationSeconds ?? 60) * SECOND_MS,
  maxDeliveryCount: settings.maxDeliveryCount ?? 10,
  duplicateWindowMs: (settings.duplicateDetectionWindowSeconds ?? 0) * SECOND_MS,
  timeToLiveMs: (settings.timeToLiveSeconds ?? Number.POSITIVE_INFINITY) * SECOND_MS,
  deadLetterOnExpiration: settings.deadLetterOnExpiration ?? false,
});

/** Messages in a dead-letter queue stay until they are completed, and sessions do not apply. */
export const deadLetterQueueProperties = (properties: QueueProperties): QueueProperties => ({
  ...properties,
  name: `${properties.name}/$DeadLetterQueue`,
  requiresSession: false,
  maxDeliveryCount: Number.POSITIVE_INFINITY,
  duplicateWindowMs: 0,
  timeToLiveMs: Number.POSITIVE_INFINITY,
  deadLetterOnExpiration: false,
});
