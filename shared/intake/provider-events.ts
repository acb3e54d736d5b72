import * as z from "zod";
import { providerNameSchema } from "../sms/provider.ts";
import { quarantineSourceSchema } from "./quarantine.ts";

const commonShape = { provider: providerNameSchema, event: z.unknown() };

/** An event of a provider that waits to be processed: the original, and how to parse it. */
export const providerEventSchema = z.union([
  z.object({ ...commonShape, source: quarantineSourceSchema }),
  // Version 0.1.0 named the source `about`. Its events may be queued while the app is updated.
  z
    .object({ ...commonShape, about: quarantineSourceSchema })
    .transform(({ about, ...event }) => ({ ...event, source: about })),
]);
export type ProviderEvent = z.infer<typeof providerEventSchema>;

/**
 * Stores the events of webhooks until they are processed. A provider that calls us gets its response at once, because it
 * repeats a call for a short time only, or never.
 *
 * @remarks Events may be delivered more than once, late and out of order. Bodies are encrypted.
 * @example
 * ```ts
 * await providerEvents.enqueue(event); // in the webhook
 * const event = providerEvents.open(body); // in the queue's handler
 * ```
 */
export interface ProviderEventQueue {
  /**
   * Stores an event until it is processed.
   * @throws TransientError when the broker is unavailable: nothing is stored.
   */
  enqueue(event: ProviderEvent): Promise<void>;
  /**
   * Decrypts and parses the body of a message that `enqueue` wrote.
   * @throws PermanentError for any other body, and after a change of the key.
   */
  open(body: unknown): ProviderEvent;
}

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly providerEvents: ProviderEventQueue;
  }
}
