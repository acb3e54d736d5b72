import type { Binding, RegisteredFunction } from "./invocation.ts";

/** The supported bindings in lower case. `http` is the output of `app.http`. */
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

/** @throws Error when the function has no trigger, or more than one. */
export const triggerOf = (fn: RegisteredFunction): Binding => {
  const [trigger, ...others] = Object.values(fn.bindings).filter(isTrigger);
  if (!trigger || others.length > 0) throw new Error(`Function "${fn.name}" must have exactly one trigger.`);
  return trigger;
};

/** The functions with a trigger of this type. @param type - in any case. */
export const functionsTriggeredBy = (
  functions: Iterable<RegisteredFunction>,
  type: string,
): { fn: RegisteredFunction; trigger: Binding }[] =>
  [...functions]
    .map((fn) => ({ fn, trigger: triggerOf(fn) }))
    .filter(({ trigger }) => trigger.type.toLowerCase() === type.toLowerCase());

/**
 * Checks that the twin supports a function, so that no part of it is silently ignored.
 * @throws Error with the function and the unsupported feature.
 */
export const requireSupported = (fn: RegisteredFunction): void => {
  triggerOf(fn);
  if (fn.retryOptions) throw new Error(`Function "${fn.name}": the twin does not support retry policies.`);
  for (const binding of Object.values(fn.bindings)) {
    if (!typesFor(binding).has(binding.type.toLowerCase())) {
      throw new Error(
        `Function "${fn.name}": the twin does not support the binding "${binding.type}" (${binding.direction}).`,
      );
    }
    if (binding.sdkBinding === true) throw new Error(`Function "${fn.name}": the twin does not support SDK bindings.`);
  }
};

const isTrigger = (binding: Binding): boolean => /trigger$/i.test(binding.type);

const typesFor = (binding: Binding): ReadonlySet<string> => {
  if (binding.direction === "out") return outputTypes;
  return isTrigger(binding) ? triggerTypes : inputTypes;
};
