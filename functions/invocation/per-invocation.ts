import type { InvocationContext } from "@azure/functions";

/**
 * Builds a value for one invocation: the ports, with the durable client that comes with the invocation.
 * @param traceParent - the W3C trace under which the ports send messages; defaults to the invocation's.
 */
export type PerInvocation<T> = (context: InvocationContext, traceParent?: string) => T;
