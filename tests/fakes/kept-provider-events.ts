import {
  type ProviderEvent,
  type ProviderEventQueue,
  providerEventSchema,
} from "../../shared/intake/provider-events.ts";
import { PermanentError } from "../../shared/kernel/errors.ts";
import type { Hooks } from "./hooks.ts";

/** Keeps events in the form of message bodies, which `open` parses. */
export class KeptProviderEvents implements ProviderEventQueue {
  readonly kept: { readonly body: unknown; readonly afterSeconds: number }[] = [];
  readonly #hooks: Hooks;

  constructor(hooks: Hooks = {}) {
    this.#hooks = hooks;
  }

  async enqueue(event: ProviderEvent, afterSeconds = 0): Promise<void> {
    await this.#hooks.before?.("providerEvents.enqueue");
    this.kept.push({ body: JSON.parse(JSON.stringify(event)), afterSeconds });
    await this.#hooks.afterWrite?.("providerEvents.enqueue");
  }

  open(body: unknown): ProviderEvent {
    const parsed = providerEventSchema.safeParse(body);
    if (!parsed.success) throw new PermanentError("not a provider event");
    return parsed.data;
  }
}
