import type { Invoker } from "../invocation.ts";
import { clientBinding } from "./client-binding.ts";
import { HttpApi } from "./http-api.ts";
import type { DurableRequest, DurableResponse } from "./http-messages.ts";
import { Orchestrations, type OrchestrationsOptions } from "./orchestrations.ts";
import { durableKindOf } from "./registered-functions.ts";
import { NOT_SUPPORTED } from "./steps.ts";

/**
 * Runs the durable functions of an app that uses `durable-functions` 3.5: orchestrations, activities, durable timers,
 * external events, sub-orchestrations, and the HTTP API of the client. Entities, `callHttp`, rewind and restart are not
 * supported and fail with a message.
 *
 * The engine is stricter than Azure where Azure fails silently: an orchestrator fails when it is not deterministic, or
 * calls `continueAsNew` with an open timer.
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
   * Continues all unfinished instances of the task hub. Activities without an outcome run again.
   * @throws Error when the app has an entity.
   */
  start(): void {
    for (const fn of this.#invoker.functions.values()) {
      if (durableKindOf(fn) === "entity") throw new Error(`Entity '${fn.name}' ${NOT_SUPPORTED}`);
    }
    this.#orchestrations.resumeAll();
  }

  /** Stops for good. The outcome of turns and activities in progress is ignored. */
  stop(): void {
    this.#orchestrations.stop();
  }

  /** Handles requests with a path below /runtime/webhooks/durabletask/ or /durabletask/. */
  async handle(request: DurableRequest): Promise<DurableResponse> {
    return this.#httpApi.handle(request);
  }

  /**
   * The JSON text of a `durableClient` input binding.
   * @param baseUrl - origin of the host, without a trailing slash.
   */
  clientBinding(baseUrl: string): string {
    return clientBinding(baseUrl);
  }

  /** The number of turns and activities in progress. */
  inFlight(): number {
    return this.#orchestrations.inFlight;
  }
}
