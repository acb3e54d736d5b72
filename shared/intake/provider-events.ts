import * as z from "zod";
import { providerNameSchema } from "../sms/provider.ts";
import { quarantineSourceSchema } from "./quarantine.ts";

/** An event that a provider's own call told of, on its way to intake. */
export const providerEventSchema = z.object({
  provider: providerNameSchema,
  source: quarantineSourceSchema,
  event: z.unknown(),
});
export type ProviderEvent = z.infer<typeof providerEventSchema>;

/**
 * Keeps what providers told until it is taken in: a provider that calls us is answered at once, and calls again for a
 * short time only, if at all. It may be handed over more than once, late, and in another order.
 */
export interface ProviderEventQueue {
  /**
   * @param afterSeconds - how long to wait before it is handed over; at once without it.
   * @throws TransientError when the broker is unavailable: nothing was kept.
   */
  enqueue(event: ProviderEvent, afterSeconds?: number): Promise<void>;
  /**
   * Reads the body of a message that `keep` wrote.
   * @throws Error for anything else.
   */
  open(body: unknown): ProviderEvent;
}

declare module "../kernel/ports.ts" {
  interface Ports {
    readonly providerEvents: ProviderEventQueue;
  }
}
