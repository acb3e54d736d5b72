import { ChannelBusyError, type Pace, type PaceRequest } from "../../shared/sms/pace.ts";

/** Makes nobody wait, unless a test says so; keeps who asked. */
export class OpenPace implements Pace {
  readonly asked: PaceRequest[] = [];
  /** Seconds that the next ones have to wait, in turn. */
  readonly waits: number[] = [];
  /** Whether every turn is too far off. */
  isBusy = false;

  async turn(request: PaceRequest): Promise<number> {
    this.asked.push(request);
    if (this.isBusy) throw new ChannelBusyError("busy");
    return this.waits.shift() ?? 0;
  }
}
