import type { TimerHandler } from "@azure/functions";
import type { Ports } from "../shared/kernel/ports.ts";
import { sweep } from "../shared/upkeep/sweep.ts";
import { describeError } from "./describe-error.ts";
import type { PerInvocation } from "./per-invocation.ts";

/** Timer, every minute -> repairs, and what was inactive too long. It fails when some of it failed, for all to see. */
export const makeSweep =
  (portsFor: PerInvocation<Ports>): TimerHandler =>
  async (_timer, context) => {
    const { swept, failures } = await sweep(portsFor(context));
    if (Object.values(swept).some((count) => count > 0)) context.log(`swept: ${JSON.stringify(swept)}`);
    for (const failure of failures) context.error(`the sweep could not mend something: ${describeError(failure)}`);
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} parts of the sweep failed`);
  };
