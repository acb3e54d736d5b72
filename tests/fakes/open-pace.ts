import type { Pace, PaceRequest, PaceTurn } from "../../shared/sms/pace.ts";

/** Lets every text leave at once, unless a test sets delays. Records the requests. */
export class OpenPace implements Pace {
  readonly requests: PaceRequest[] = [];
  /** The delays of the next turns, in seconds. */
  readonly delaysSeconds: number[] = [];
  /** Whether the channel has too long a backlog for any turn. */
  isBusy = false;

  async turn(request: PaceRequest): Promise<PaceTurn> {
    this.requests.push(request);
    return this.isBusy ? { kind: "busy" } : { kind: "turn", delaySeconds: this.delaysSeconds.shift() ?? 0 };
  }
}
