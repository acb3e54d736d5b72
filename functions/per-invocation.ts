import type { InvocationContext } from "@azure/functions";

/** Dependencies of one invocation: those of the process, and the durable client that came with the invocation. */
export type PerInvocation<Deps> = (context: InvocationContext) => Deps;
