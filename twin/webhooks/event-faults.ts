/** A fault in how often, or in which order, an event is delivered. */
type DeliveryFault =
  | { readonly effect: "deliver-twice" | "hold" }
  | { readonly effect: "replay"; readonly delayMs: number };

/** The faults for one event. A fault that is taken is counted down. */
export interface EventFaults {
  /** @returns how much later the event is delivered, in milliseconds; 0 without a fault. */
  takeDelayMs(): number;
  takeDeliveryFault(): DeliveryFault | undefined;
  /** Takes the oldest fault that has one of these effects: effects that only the sender of the event knows. */
  takeEffect(effects: readonly string[]): string | undefined;
}

export const NO_FAULTS: EventFaults = {
  takeDelayMs: () => 0,
  takeDeliveryFault: () => undefined,
  takeEffect: () => undefined,
};
