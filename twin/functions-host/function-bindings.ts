import type { Binding, RegisteredFunction } from "./invocation.ts";

/** The bindings that the twin has, in lower case. `http` is what `app.http` returns. */
const triggerTypes = new Set([
  "httptrigger",
  "eventgridtrigger",
  "servicebustrigger",
  "timertrigger",
  "orchestrationtrigger",
  "activitytrigger",
  "entitytrigger",
]);
const inputTypes = new Set(["durableclient"]);
const outputTypes = new Set(["http"]);

/** The trigger of a function. @throws Error when it has none, or more than one. */
export const triggerOf = (fn: RegisteredFunction): Binding => {
  const [trigger, ...others] = Object.values(fn.bindings).filter(isTrigger);
  if (!trigger || others.length > 0) throw new Error(`Function "${fn.name}" must have exactly one trigger.`);
  return trigger;
};

/** The functions that have a trigger of this type, each with it. @param type - case does not matter. */
export const functionsTriggeredBy = (
  functions: Iterable<RegisteredFunction>,
  type: string,
): { fn: RegisteredFunction; trigger: Binding }[] =>
  [...functions]
    .map((fn) => ({ fn, trigger: triggerOf(fn) }))
    .filter(({ trigger }) => trigger.type.toLowerCase() === type.toLowerCase());

/**
 * Holds a function to what the twin can run, so that nothing is silently left out.
 * @throws Error which names the function and what about it is not there.
 */
export const requireSupported = (fn: RegisteredFunction): void => {
  triggerOf(fn);
  if (fn.retryOptions) throw new Error(`Function "${fn.name}": the twin has no retry policies.`);
  for (const binding of Object.values(fn.bindings)) {
    if (!typesFor(binding).has(binding.type.toLowerCase())) {
      throw new Error(
        `Function "${fn.name}": the twin has no binding of type "${binding.type}" (${binding.direction}).`,
      );
    }
    if (binding.sdkBinding === true) throw new Error(`Function "${fn.name}": the twin has no SDK bindings.`);
  }
};

const isTrigger = (binding: Binding): boolean => /trigger$/i.test(binding.type);

const typesFor = (binding: Binding): ReadonlySet<string> => {
  if (binding.direction === "out") return outputTypes;
  return isTrigger(binding) ? triggerTypes : inputTypes;
};
