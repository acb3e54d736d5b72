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

/** A reserved turn of a text, or a channel whose backlog is too long to wait for one. */
export type PaceTurn =
  | {
      readonly kind: "turn";
      /** 0 to 60, and 0 while the channel has no backlog. */
      readonly delaySeconds: number;
    }
  | { readonly kind: "busy" };

/**
 * Keeps the texts of a channel to its pace in all processes, so that a busy number queues its texts and the provider
 * refuses none.
 *
 * @remarks A tenth of a minute's pace may leave as a burst, without a delay.
 * @example
 * ```ts
 * const turn = await pace.turn({ channelId, segments, perMinute: 200, now: now() });
 * if (turn.kind === "turn") await wait(turn.delaySeconds);
 * ```
 */
export interface Pace {
  /**
   * Reserves the next turn for a text.
   * @returns `busy` when the delay would be longer than 60 seconds: nothing is reserved then.
   * @throws TransientError when the store is unavailable.
   */
  turn(request: PaceRequest): Promise<PaceTurn>;
}

/** The share of a minute's segments that may leave at once. */
const BURST_SHARE = 0.1;
/** Longest delay until a turn, in seconds: a handler has a few minutes, and blocks the session of its thread. */
export const MAX_WAIT_SECONDS = 60;

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

  /**
   * Records the end of the channel's backlog in all processes.
   * @param reported - whether a reservation was made, which reports all segments so far.
   */
  recordBacklogEnd(end: BacklogEnd, reported: boolean): void {
    this.#backlogEnd = end;
    if (reported) this.#unreported = 0;
  }
}

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly pace: Pace;
  }
}
