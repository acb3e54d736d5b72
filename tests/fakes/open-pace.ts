import { ChannelBusyError, type Pace, type PaceRequest } from "../../shared/sms/pace.ts";

/** Lets every text leave at once, unless a test sets delays. Records the requests. */
export class OpenPace implements Pace {
  readonly requests: PaceRequest[] = [];
  /** The delays of the next turns, in seconds. */
  readonly delaysSeconds: number[] = [];
  /** Whether the channel has too long a backlog for any turn. */
  isBusy = false;

  async turn(request: PaceRequest): Promise<number> {
    this.requests.push(request);
    if (this.isBusy) throw new ChannelBusyError("busy");
    return this.delaysSeconds.shift() ?? 0;
  }
}
