import type { Instant } from "../kernel/instant.ts";

/** A text that is to leave from a channel. */
export interface PaceRequest {
  readonly channelId: string;
  /** Segments of the text, at least 1. */
  readonly segments: number;
  /** Most segments a minute that may leave from the channel. */
  readonly perMinute: number;
  readonly now: Instant;
}

/**
 * Keeps the texts of a channel to its pace in all processes, so that a busy number queues its texts and the provider
 * refuses none.
 *
 * @remarks A tenth of a minute's pace may leave as a burst, without a delay.
 * @example
 * ```ts
 * const delaySeconds = await pace.reserve({ channelId, segments, perMinute: 200, now: now() });
 * ```
 */
export interface Pace {
  /**
   * Reserves the next turn for a text.
   * @returns the delay until the turn, in seconds: 0 while the channel has no backlog.
   * @throws TransientError when the store is unavailable.
   */
  reserve(request: PaceRequest): Promise<number>;
}

/** The share of a minute's segments that may leave at once. */
const BURST_SHARE = 0.1;

/** When the backlog of a channel will have left at an even pace, in milliseconds since the Unix epoch. */
export type BacklogEnd = number;

/**
 * Decides a turn at an even pace with short bursts (the generic cell rate algorithm).
 * @param end - the end of the backlog before this text.
 * @param now - milliseconds since the Unix epoch.
 * @returns the delay in milliseconds, and the end of the backlog with this text.
 */
export const nextTurn = (
  end: BacklogEnd,
  { segments, perMinute }: Pick<PaceRequest, "segments" | "perMinute">,
  now: number,
): { readonly waitMs: number; readonly end: BacklogEnd } => {
  const start = Math.max(end, now);
  const waitMs = Math.max(0, start - now - 60_000 * BURST_SHARE);
  return { waitMs, end: start + (segments * 60_000) / perMinute };
};

/**
 * The burst that one process may send from a channel without a shared reservation, which saves a request to the store
 * for most texts. Its segments are reported with the next shared reservation. While the channel has a backlog, every
 * text makes a reservation.
 */
export class BurstAllowance {
  /** Segments that have left without a reservation. */
  #unreported = 0;
  #backlogEnd: BacklogEnd = 0;

  /**
   * @param now - milliseconds since the Unix epoch.
   * @returns the segments to reserve, unreported ones included; 0 when the text may leave at once.
   */
  segmentsToReserve({ segments, perMinute }: Pick<PaceRequest, "segments" | "perMinute">, now: number): number {
    const total = this.#unreported + segments;
    if (total > perMinute * BURST_SHARE || now < this.#backlogEnd) return total;
    this.#unreported = total;
    return 0;
  }

  /** Records the end of the channel's backlog in all processes, as a reservation of all segments so far returned it. */
  recordBacklogEnd(end: BacklogEnd): void {
    this.#backlogEnd = end;
    this.#unreported = 0;
  }
}

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly pace: Pace;
  }
}
