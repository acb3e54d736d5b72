import {
  type ProviderEvent,
  type ProviderEventQueue,
  providerEventSchema,
} from "../../shared/intake/provider-events.ts";
import { PermanentError } from "../../shared/kernel/errors.ts";
import type { Hooks } from "./hooks.ts";

/** Keeps events in the form of message bodies, which `open` parses. */
export class KeptProviderEvents implements ProviderEventQueue {
  readonly kept: unknown[] = [];
  readonly #hooks: Hooks;

  constructor(hooks: Hooks = {}) {
    this.#hooks = hooks;
  }

  async enqueue(event: ProviderEvent): Promise<void> {
    await this.#hooks.before?.("providerEvents.enqueue");
    this.kept.push(JSON.parse(JSON.stringify(event)));
    await this.#hooks.afterWrite?.("providerEvents.enqueue");
  }

  open(body: unknown): ProviderEvent {
    const parsed = providerEventSchema.safeParse(body);
    if (!parsed.success) throw new PermanentError("not a provider event");
    return parsed.data;
  }
}
