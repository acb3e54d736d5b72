import type { DurableEngine } from "../durable/durable-engine.ts";
import type { EventGridWebhook } from "../event-grid/event-grid-webhook.ts";
import { AppStoppedError, type Invoker } from "../invocation.ts";
import type { Log } from "../log.ts";
import type { AccessKeys } from "./access-keys.ts";
import { handleAdmin } from "./admin-api.ts";
import type { HttpFunctions } from "./http-functions.ts";
import type { HostRequest, HostResponse } from "./http-messages.ts";

/** Who answers what. */
interface HostParts {
  readonly invoker: Invoker;
  readonly durable: DurableEngine;
  readonly eventGrid: EventGridWebhook;
  readonly functions: HttpFunctions;
}

/** Sends each request to the part of the host that answers it. While it is shut, every answer is 503. */
export class HostRouter {
  readonly #keys: AccessKeys;
  readonly #log: Log;
  #parts: HostParts | undefined;

  constructor(keys: AccessKeys, log: Log) {
    this.#keys = keys;
    this.#log = log;
  }

  open(parts: HostParts): void {
    this.#parts = parts;
  }

  close(): void {
    this.#parts = undefined;
  }

  /** @returns undefined when the app was stopped or killed meanwhile: then nobody answers. */
  async handle(request: HostRequest): Promise<HostResponse | undefined> {
    if (!this.#parts) return { status: 503 };
    try {
      return await this.#dispatch(request, this.#parts);
    } catch (error) {
      if (error instanceof AppStoppedError) return undefined;
      const message = `${request.method} ${request.url.pathname} failed: ${error instanceof Error ? error.message : error}`;
      this.#log({ level: "error", source: "host", message });
      return { status: 500 };
    }
  }

  async #dispatch(request: HostRequest, parts: HostParts): Promise<HostResponse> {
    const path = request.url.pathname.toLowerCase();
    if (path.startsWith("/admin/")) return handleAdmin(request, parts.invoker.functions.values(), this.#keys);
    if (/^\/runtime\/webhooks\/eventgrid\/?$/.test(path)) return parts.eventGrid.handle(request);
    if (/^\/(?:runtime\/webhooks\/)?durabletask\//.test(path)) {
      return parts.durable.handle({ method: request.method, url: request.url, body: request.body.toString("utf8") });
    }
    return parts.functions.handle(request);
  }
}
