import { triggerOf } from "../function-bindings.ts";
import type { Invoker, RegisteredFunction } from "../invocation.ts";

type DurableFunctionKind = "orchestrator" | "activity" | "entity";

/** The kinds by the type of their trigger, in lower case. */
const kinds: ReadonlyMap<string, DurableFunctionKind> = new Map([
  ["orchestrationtrigger", "orchestrator"],
  ["activitytrigger", "activity"],
  ["entitytrigger", "entity"],
]);

/** What kind of durable function this is; `undefined` when it is none. */
export const durableKindOf = (fn: RegisteredFunction): DurableFunctionKind | undefined =>
  kinds.get(triggerOf(fn).type.toLowerCase());

/**
 * The app's function of that name and kind; the case of the name does not matter.
 * @throws Error in the words of the real extension when there is none.
 */
export const requireFunction = (
  invoker: Invoker,
  name: string,
  kind: "orchestrator" | "activity",
): RegisteredFunction => {
  const fn = invoker.functions.get(name.toLowerCase());
  if (fn && durableKindOf(fn) === kind) return fn;
  throw new Error(`The function '${name}' doesn't exist, is disabled, or is not an ${kind} function.`);
};
