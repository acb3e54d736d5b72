import type { Invoker } from "../invocation.ts";
import { clientBinding } from "./client-binding.ts";
import { HttpApi } from "./http-api.ts";
import type { DurableRequest, DurableResponse } from "./http-messages.ts";
import { Orchestrations, type OrchestrationsOptions } from "./orchestrations.ts";
import { durableKindOf } from "./registered-functions.ts";
import { NOT_SUPPORTED } from "./steps.ts";

/**
 * Runs the durable functions of an app on `durable-functions` 3.5: orchestrations, activities, durable timers, external
 * events, sub-orchestrations, and the HTTP API of its client. There are no entities, no `callHttp`, no rewind or
 * restart: using one fails with a message.
 *
 * The engine is stricter than Azure where Azure would go wrong in silence: an orchestrator that is not deterministic, or
 * that calls `continueAsNew` with an open timer, fails.
 */
export class DurableEngine {
  readonly #invoker: Invoker;
  readonly #orchestrations: Orchestrations;
  readonly #httpApi: HttpApi;

  constructor(options: OrchestrationsOptions) {
    const { taskHub, invoker } = options;
    this.#invoker = invoker;
    this.#orchestrations = new Orchestrations(options);
    this.#httpApi = new HttpApi({ taskHub, invoker, orchestrations: this.#orchestrations });
  }

  /**
   * Goes on with everything that the task hub holds unfinished: turns, timers, and activities without an outcome, which
   * run again.
   * @throws Error when the app has an entity.
   */
  start(): void {
    for (const fn of this.#invoker.functions.values()) {
      if (durableKindOf(fn) === "entity") throw new Error(`Entity '${fn.name}' ${NOT_SUPPORTED}`);
    }
    this.#orchestrations.resumeAll();
  }

  /** For good. Turns and activities under way count as never done, whatever comes of them. */
  stop(): void {
    this.#orchestrations.stop();
  }

  /** Serves requests whose path starts with /runtime/webhooks/durabletask/ or /durabletask/. */
  async handle(request: DurableRequest): Promise<DurableResponse> {
    return this.#httpApi.handle(request);
  }

  /**
   * The JSON text of a `durableClient` input binding.
   * @param baseUrl - origin at which `handle` is reached, without a slash at the end.
   */
  clientBinding(baseUrl: string): string {
    return clientBinding(baseUrl);
  }

  /** Turns and activities under way. */
  inFlight(): number {
    return this.#orchestrations.inFlight;
  }
}
