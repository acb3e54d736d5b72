import type { Pace, PaceRequest } from "../../shared/sms/pace.ts";

/** Lets every text leave at once, unless a test sets delays. Records the requests. */
export class OpenPace implements Pace {
  readonly requests: PaceRequest[] = [];
  /** The delays of the next turns, in seconds. */
  readonly delaysSeconds: number[] = [];

  async reserve(request: PaceRequest): Promise<number> {
    this.requests.push(request);
    return this.delaysSeconds.shift() ?? 0;
  }
}
