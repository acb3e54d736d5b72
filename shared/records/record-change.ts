import type { Caller } from "../kernel/caller.ts";
import { TransientError } from "../kernel/errors.ts";
import type { Ports } from "../kernel/ports.ts";
import type { AuditEntry, AuditResult } from "./audit.ts";

/** A change, before it is made. */
export type IntendedChange = Pick<AuditEntry, "operation" | "target" | "members">;

/**
 * Makes a change and records it: as intended before it, and with its result after it. So a crash never leaves a change
 * without an entry.
 * @param make - makes the change.
 * @param resultOf - reads the result from what `make` returned.
 * @returns what `make` returned, also when the result could not be recorded: the change is made, and its entry stays
 * `intended`.
 * @throws TransientError when the intention cannot be recorded: the change is not made then. Whatever `make` throws.
 */
export const recordChange = async <R>(
  { audit, now, newId }: Pick<Ports, "audit" | "now" | "newId">,
  { caller, ...change }: IntendedChange & { readonly caller: Caller },
  { make, resultOf }: { readonly make: () => Promise<R>; readonly resultOf: (made: R) => AuditResult },
): Promise<R> => {
  const entry: AuditEntry = {
    ...change,
    id: newId(),
    at: now(),
    by: caller.agentId,
    roles: [...caller.roles],
    outcome: "intended",
  };
  await audit.intend(entry);
  const made = await make();
  try {
    await audit.settle(entry, resultOf(made));
  } catch (error) {
    if (!(error instanceof TransientError)) throw error;
  }
  return made;
};
