/** One queue, as the deployment would describe it. */
export interface QueueSettings {
  /** Entity name; upper and lower case are the same. */
  readonly name: string;
  /** Whether every message belongs to a session, and only one receiver at a time works on a session. */
  readonly requiresSession?: boolean;
  /** Seconds for which a delivery, or a session, is locked; default 60. */
  readonly lockDurationSeconds?: number;
  /** Deliveries after which a message that is not completed is dead-lettered; default 10. */
  readonly maxDeliveryCount?: number;
  /** Seconds in which a repeated message id is dropped; default 0, which drops none. */
  readonly duplicateDetectionWindowSeconds?: number;
  /** Longest time to live of a message, in seconds; by default messages live for ever. */
  readonly timeToLiveSeconds?: number;
  /** Whether a message that outlived its time goes to the dead-letter queue instead of vanishing; default false. */
  readonly deadLetterOnExpiration?: boolean;
}

/** The settings of a queue with all defaults filled in, times in milliseconds. */
export interface QueueProperties {
  readonly name: string;
  readonly requiresSession: boolean;
  readonly lockDurationMs: number;
  readonly maxDeliveryCount: number;
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

/** A dead-letter queue keeps what it gets until someone completes it, and has no sessions of its own. */
export const deadLetterQueueProperties = (rules: QueueProperties): QueueProperties => ({
  ...rules,
  name: `${rules.name}/$DeadLetterQueue`,
  requiresSession: false,
  maxDeliveryCount: Number.POSITIVE_INFINITY,
  duplicateWindowMs: 0,
  timeToLiveMs: Number.POSITIVE_INFINITY,
  deadLetterOnExpiration: false,
});
