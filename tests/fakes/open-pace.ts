import { ChannelBusyError, type Pace, type PaceRequest } from "../../shared/sms/pace.ts";

/** Delays no text unless a test decides otherwise, and records the requests. */
export class OpenPace implements Pace {
  readonly requests: PaceRequest[] = [];
  /** The delays of the next requests, in seconds. */
  readonly waits: number[] = [];
  /** Whether every request is refused, because the channel is busy. */
  isBusy = false;

  async turn(request: PaceRequest): Promise<number> {
    this.requests.push(request);
    if (this.isBusy) throw new ChannelBusyError("busy");
    return this.waits.shift() ?? 0;
  }
}
