import type { Clock } from "../../clock.ts";
import { AppStoppedError, type Invoker } from "../invocation.ts";
import { callActivity } from "./call-activity.ts";
import { type EventBody, EventType, isoTime } from "./history.ts";
import type { Instance, OpenActivity, OpenTimer } from "./instance.ts";

type OnOutcome = (instance: Instance, task: OpenActivity | OpenTimer, outcome: EventBody) => void;

/** Runs activities and timers. After a stop their outcome is ignored. */
export class TaskRunner {
  readonly #invoker: Invoker;
  readonly #clock: Clock;
  readonly #onOutcome: OnOutcome;
  readonly #alarms = new Map<OpenTimer, () => void>();
  #activitiesInFlight = 0;
  #isStopped = false;

  constructor(options: { invoker: Invoker; clock: Clock; onOutcome: OnOutcome }) {
    this.#invoker = options.invoker;
    this.#clock = options.clock;
    this.#onOutcome = options.onOutcome;
  }

  get activitiesInFlight(): number {
    return this.#activitiesInFlight;
  }

  start(instance: Instance, task: OpenActivity | OpenTimer): void {
    if (task.kind === "timer") this.#setAlarm(instance, task);
    else void this.#run(instance, task);
  }

  cancel(timer: OpenTimer): void {
    this.#alarms.get(timer)?.();
    this.#alarms.delete(timer);
  }

  stop(): void {
    this.#isStopped = true;
    for (const cancel of this.#alarms.values()) cancel();
    this.#alarms.clear();
  }

  #setAlarm(instance: Instance, timer: OpenTimer): void {
    const fired = { EventType: EventType.TimerFired, TimerId: timer.id, FireAt: isoTime(timer.fireAt) };
    const cancel = this.#clock.after(timer.fireAt - this.#clock.now(), () => {
      this.#alarms.delete(timer);
      this.#onOutcome(instance, timer, fired);
    });
    this.#alarms.set(timer, cancel);
  }

  async #run(instance: Instance, task: OpenActivity): Promise<void> {
    this.#activitiesInFlight += 1;
    try {
      const outcome = await callActivity(this.#invoker, instance.instanceId, task);
      if (!this.#isStopped) this.#onOutcome(instance, task, outcome);
    } catch (error) {
      if (!(error instanceof AppStoppedError)) throw error; // a stopped app leaves the task open for the next host
    } finally {
      this.#activitiesInFlight -= 1;
    }
  }
}
