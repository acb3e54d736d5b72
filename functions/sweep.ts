import type { TimerHandler } from "@azure/functions";
import { describeError } from "../shared/kernel/errors.ts";
import type { Ports } from "../shared/kernel/ports.ts";
import { sweep } from "../shared/upkeep/sweep.ts";
import type { PerInvocation } from "./invocation/per-invocation.ts";

/** Timer, every minute -> one sweep. Throws when a part of it failed, so that the failure shows in monitoring. */
export const makeSweep =
  (portsFor: PerInvocation<Ports>): TimerHandler =>
  async (_timer, context) => {
    const { swept, failures } = await sweep(portsFor(context));
    if (Object.values(swept).some((count) => count > 0)) context.log(`swept: ${JSON.stringify(swept)}`);
    for (const failure of failures) context.error(`a part of the sweep failed: ${describeError(failure)}`);
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} parts of the sweep failed`);
  };
