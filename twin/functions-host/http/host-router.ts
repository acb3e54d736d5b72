import type { AppSettings } from "../app-settings.ts";
import type { DurableEngine } from "../durable/durable-engine.ts";
import type { EventGridWebhook } from "../event-grid/event-grid-webhook.ts";
import { AppStoppedError } from "../invocation.ts";
import type { Log } from "../log.ts";
import type { AdminApi } from "./admin-api.ts";
import type { HttpFunctions } from "./http-functions.ts";
import type { HostRequest, HostResponse } from "./http-messages.ts";

interface Targets {
  readonly admin: AdminApi;
  readonly durable: DurableEngine;
  readonly eventGrid: EventGridWebhook;
  readonly functions: HttpFunctions;
}

/** Routes requests to the parts of the host. Responds with 503 while it is closed. */
export class HostRouter {
  readonly #settings: AppSettings;
  readonly #log: Log;
  #targets: Targets | undefined;

  constructor(settings: AppSettings, log: Log) {
    this.#settings = settings;
    this.#log = log;
  }

  open(targets: Targets): void {
    this.#targets = targets;
  }

  close(): void {
    this.#targets = undefined;
  }

  /** @returns undefined when the app is stopped or killed during the request: then there is no response. */
  async handle(request: HostRequest): Promise<HostResponse | undefined> {
    if (!this.#targets) return { status: 503 };
    try {
      return await this.#dispatch(request, this.#targets);
    } catch (error) {
      if (error instanceof AppStoppedError) return undefined;
      const message = `${request.method} ${request.url.pathname} failed: ${error instanceof Error ? error.message : error}`;
      this.#log({ level: "error", source: "host", message });
      return { status: 500 };
    }
  }

  async #dispatch(request: HostRequest, targets: Targets): Promise<HostResponse> {
    const path = request.url.pathname.toLowerCase();
    if (path.startsWith("/admin/")) return targets.admin.handle(request);
    if (/^\/runtime\/webhooks\/eventgrid\/?$/.test(path)) return targets.eventGrid.handle(request);
    if (/^\/(?:runtime\/webhooks\/)?durabletask\//.test(path)) {
      return targets.durable.handle({ method: request.method, url: request.url, body: request.body.toString("utf8") });
    }
    const response = await targets.functions.handle(request);
    return response ?? (path === "/" ? homePage(this.#settings) : { status: 404 });
  }
}

/** The page that the real host shows where no function has the route. Source: `HomepageMiddleware` of the host. */
const homePage = ({ AzureWebJobsDisableHomepage: isDisabled }: AppSettings): HostResponse =>
  isDisabled?.toLowerCase() === "true"
    ? { status: 204 }
    : {
        status: 200,
        headers: { "content-type": "text/html" },
        body: "<!DOCTYPE html><title>azure-twin</title><h1>Your Functions app is up and running</h1>",
      };
