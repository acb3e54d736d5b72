import type { Clock } from "../../clock.ts";
import { type AppSettings, resolveSettings } from "../app-settings.ts";
import { functionsTriggeredBy } from "../function-bindings.ts";
import type { Binding, Invoker, TypedData } from "../invocation.ts";
import { parseTimeSpan } from "../time-span.ts";
import { parseNcrontab } from "./ncrontab.ts";

/** What .NET shows for a time that never was. */
const NEVER = "0001-01-01T00:00:00";

/** A call that comes later than this after its time is past due, in milliseconds. */
const PAST_DUE_MS = 1_000;

/** The first time after a given one, in milliseconds since the epoch; undefined when none comes. */
type NextTime = (after: number) => number | undefined;

/** One function with a timer trigger. Its calls never overlap; times missed during a call become one late call. */
class TimerTrigger {
  readonly #functionName: string;
  readonly #next: NextTime;
  readonly #clock: Clock;
  readonly #invoker: Invoker;
  #last: number | undefined;
  #cancel: () => void = () => {};
  #isStopped = false;

  constructor(functionName: string, next: NextTime, clock: Clock, invoker: Invoker) {
    this.#functionName = functionName;
    this.#next = next;
    this.#clock = clock;
    this.#invoker = invoker;
  }

  start(runsAtOnce: boolean): void {
    const now = this.#clock.now();
    this.#wait(runsAtOnce ? now : this.#next(now));
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  #wait(due: number | undefined): void {
    if (this.#isStopped || due === undefined) return;
    this.#cancel = this.#clock.after(due - this.#clock.now(), () => void this.#run(due));
  }

  async #run(due: number): Promise<void> {
    const startedAt = this.#clock.now();
    const input = this.#input(due, startedAt);
    this.#last = startedAt;
    // A call that fails has been logged; the schedule goes on.
    await this.#invoker.invoke(this.#functionName, input).catch(() => {});
    this.#wait(this.#next(startedAt));
  }

  #input(due: number, startedAt: number): TypedData {
    return {
      json: JSON.stringify({
        Schedule: { AdjustForDST: true },
        ScheduleStatus: {
          Last: toText(this.#last),
          Next: toText(this.#next(startedAt)),
          LastUpdated: toText(this.#last),
        },
        IsPastDue: startedAt - due > PAST_DUE_MS,
      }),
    };
  }
}

/** The functions with timer triggers. */
export class TimerTriggers {
  readonly #triggers: readonly { timer: TimerTrigger; runsAtOnce: boolean }[];

  /** @throws Error for a schedule that is neither NCRONTAB nor a TimeSpan. */
  constructor(options: { invoker: Invoker; clock: Clock; settings: AppSettings }) {
    this.#triggers = functionsTriggeredBy(options.invoker.functions.values(), "timerTrigger").map(
      ({ fn, trigger }) => ({
        timer: new TimerTrigger(fn.name, parseSchedule(trigger, options.settings), options.clock, options.invoker),
        runsAtOnce: trigger.runOnStartup === true,
      }),
    );
  }

  start(): void {
    for (const { timer, runsAtOnce } of this.#triggers) timer.start(runsAtOnce);
  }

  stop(): void {
    for (const { timer } of this.#triggers) timer.stop();
  }
}

const parseSchedule = (trigger: Binding, settings: AppSettings): NextTime => {
  const schedule = resolveSettings(String(trigger.schedule), settings);
  const everyMs = parseTimeSpan(schedule);
  return everyMs ? (after) => after + everyMs : parseNcrontab(schedule);
};

const toText = (time: number | undefined): string => (time === undefined ? NEVER : new Date(time).toISOString());
