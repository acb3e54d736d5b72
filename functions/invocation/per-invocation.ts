import type { InvocationContext } from "@azure/functions";

/** Builds a value for one invocation: the ports, with the durable client that comes with the invocation. */
export type PerInvocation<T> = (context: InvocationContext) => T;
