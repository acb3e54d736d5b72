import type { Clock } from "../../clock.ts";
import { type AppSettings, resolveSettings } from "../app-settings.ts";
import { writeDotnetDate } from "../dotnet-date.ts";
import { functionsTriggeredBy } from "../function-bindings.ts";
import type { Binding, Invoker, TypedData } from "../invocation.ts";
import { parseTimeSpan } from "../time-span.ts";
import { toMetadata } from "../trigger-metadata.ts";
import { parseNcrontab } from "./ncrontab.ts";

/** `DateTime.MinValue`, which .NET shows for a run that has not happened yet. */
const NEVER = "0001-01-01T00:00:00";

/** A run that starts later than this is past due, in milliseconds. */
const PAST_DUE_MS = 1_000;

/** Computes the first run after a given time, both in milliseconds since the Unix epoch; undefined for never. */
type NextTime = (after: number) => number | undefined;

/** One function with a timer trigger. Runs never overlap; runs that are missed during a run become one late run. */
class TimerTrigger {
  readonly #functionName: string;
  readonly #next: NextTime;
  readonly #clock: Clock;
  readonly #invoker: Invoker;
  #last: number | undefined;
  #cancel: () => void = () => {};
  #isStopped = false;

  constructor(options: { functionName: string; next: NextTime; clock: Clock; invoker: Invoker }) {
    this.#functionName = options.functionName;
    this.#next = options.next;
    this.#clock = options.clock;
    this.#invoker = options.invoker;
  }

  start({ runOnStartup }: { runOnStartup: boolean }): void {
    const now = this.#clock.now();
    this.#schedule(runOnStartup ? now : this.#next(now));
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  #schedule(due: number | undefined): void {
    if (this.#isStopped || due === undefined) return;
    this.#cancel = this.#clock.after(due - this.#clock.now(), () => void this.#run(due));
  }

  async #run(due: number): Promise<void> {
    const startedAt = this.#clock.now();
    const input = this.#input(due, startedAt);
    this.#last = startedAt;
    // The invoker has logged a failure; the schedule continues.
    await this.#invoker.invoke(this.#functionName, input, metadataAt(startedAt)).catch(() => {});
    this.#schedule(this.#next(startedAt));
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

/** The metadata of a run, which the library hides from handlers. Source: `TimerTriggerBinding` of the Timers extension. */
const metadataAt = (time: number) => toMetadata({ TimerTrigger: writeDotnetDate(new Date(time)).text });

/** Runs the functions with timer triggers. */
export class TimerTriggers {
  readonly #triggers: readonly { timer: TimerTrigger; runOnStartup: boolean }[];

  /** @throws Error for a schedule that is neither NCRONTAB nor a TimeSpan. */
  constructor({ invoker, clock, settings }: { invoker: Invoker; clock: Clock; settings: AppSettings }) {
    this.#triggers = functionsTriggeredBy(invoker.functions.values(), "timerTrigger").map(({ fn, trigger }) => ({
      timer: new TimerTrigger({ functionName: fn.name, next: parseSchedule(trigger, settings), clock, invoker }),
      runOnStartup: trigger.runOnStartup === true,
    }));
  }

  start(): void {
    for (const { timer, runOnStartup } of this.#triggers) timer.start({ runOnStartup });
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
