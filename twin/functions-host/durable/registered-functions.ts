import { triggerOf } from "../function-bindings.ts";
import type { Invoker, RegisteredFunction } from "../invocation.ts";

type DurableFunctionKind = "orchestrator" | "activity" | "entity";

/** Kinds by trigger type in lower case. */
const kinds: ReadonlyMap<string, DurableFunctionKind> = new Map([
  ["orchestrationtrigger", "orchestrator"],
  ["activitytrigger", "activity"],
  ["entitytrigger", "entity"],
]);

/** @returns `undefined` for a function that is not durable. */
export const durableKindOf = (fn: RegisteredFunction): DurableFunctionKind | undefined =>
  kinds.get(triggerOf(fn).type.toLowerCase());

/**
 * Finds a function of the app by name, in any case, and kind.
 * @throws Error with the message of the real extension when there is none.
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
