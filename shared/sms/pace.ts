import { TransientError } from "../kernel/errors.ts";
import type { Instant } from "../kernel/instant.ts";

/** A text that wants to leave from a channel. */
export interface PaceRequest {
  readonly channelId: string;
  /** Segments of the text, at least 1. */
  readonly segments: number;
  /** Most segments a minute that may leave from the channel. */
  readonly perMinute: number;
  readonly now: Instant;
}

/** Keeps a channel to its pace, over all processes, so that a busy number queues its texts instead of being refused. */
export interface Pace {
  /**
   * Takes the next turn.
   * @returns the seconds until then; 0 while the channel is quiet.
   * @throws ChannelBusyError when the next turn is too far off to wait for it, and has not been taken.
   * @throws TransientError when the store is unavailable.
   */
  turn(request: PaceRequest): Promise<number>;
}

/** A channel has so many texts to send that the next one's turn is too far off to wait for it. */
export class ChannelBusyError extends TransientError {
  override readonly name: string = "ChannelBusyError";
}

/** What part of a minute's segments may leave at once, after a pause. */
const BURST_SHARE = 0.1;
/** Longest wait for a turn, in seconds: a handler has some minutes in all, and holds a place that others wait for. */
export const LONGEST_WAIT_SECONDS = 60;

/** When a channel's segments would all have left at an even pace: milliseconds since the Unix epoch. */
export type BacklogEnd = number;

/**
 * Decides a turn at an even pace with short bursts (the generic cell rate algorithm).
 * @param end - as the turns before have left it.
 * @param now - milliseconds since the Unix epoch.
 * @returns how long to wait, in milliseconds, and the new end.
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
 * What one process may send without asking the others, while a channel is quiet: a tenth of a minute's pace. It saves a
 * store from being asked for each text. All that leaves so is told to the others with the next turn that is taken; as
 * long as turns are taken beyond now, each text asks for one.
 */
export class BurstAllowance {
  /** Segments that the others have not been told of. */
  #untold = 0;
  #busyUntil = 0;

  /**
   * @param now - milliseconds since the Unix epoch.
   * @returns 0 when the text may leave at once; else how many segments to take a turn for, this text's included.
   */
  segmentsToReserve({ segments, perMinute }: Pick<PaceRequest, "segments" | "perMinute">, now: number): number {
    const asked = this.#untold + segments;
    if (asked > perMinute * BURST_SHARE || now < this.#busyUntil) return asked;
    this.#untold = asked;
    return 0;
  }

  /**
   * Takes note of how far the turns of all processes are taken.
   * @param told - whether a turn was taken, for all that was untold.
   */
  recordBacklogEnd(end: BacklogEnd, told: boolean): void {
    this.#busyUntil = end;
    if (told) this.#untold = 0;
  }
}

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly pace: Pace;
  }
}
