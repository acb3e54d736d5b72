import type { KeyedHash } from "./ids.ts";
import type { Now } from "./instant.ts";
import type { JobQueue } from "./jobs.ts";

/**
 * Everything that the product needs from outside, by name. A use case takes `Pick<Ports, ...>` and can reach nothing
 * else. `infra/container.ts` builds all of them.
 *
 * @remarks
 * Each port adds its own member beside its interface, by merging with this declaration, so that this file imports
 * nothing from the folders below `kernel/`.
 * @example
 * ```ts
 * declare module "../kernel/ports.ts" {
 *   interface Ports {
 *     readonly contacts: Contacts;
 *   }
 * }
 * ```
 */
export interface Ports {
  readonly now: Now;
  /** Returns a unique id, in characters that every store accepts. */
  readonly newId: () => string;
  readonly keyedHash: KeyedHash;
  readonly jobs: JobQueue;
}
