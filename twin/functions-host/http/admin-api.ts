import * as z from "zod";
import { parseJson } from "../../json-text.ts";
import type { EventGridWebhook } from "../event-grid/event-grid-webhook.ts";
import { triggerOf } from "../function-bindings.ts";
import type { Invoker, RegisteredFunction } from "../invocation.ts";
import type { Log } from "../log.ts";
import { type AccessKeys, hasKey } from "./access-keys.ts";
import { type HostRequest, type HostResponse, jsonResponse, textResponse } from "./http-messages.ts";

interface AdminApiOptions {
  readonly invoker: Invoker;
  readonly eventGrid: EventGridWebhook;
  readonly keys: AccessKeys;
  readonly log: Log;
}

const invocationSchema = z.object({ input: z.string().nullish() });

/**
 * The part of the host's admin API that scripts use: its status, its functions, and the invocation of a function of Event
 * Grid. Source: `FunctionsController` of the host.
 */
export class AdminApi {
  readonly #options: AdminApiOptions;

  constructor(options: AdminApiOptions) {
    this.#options = options;
  }

  handle(request: HostRequest): HostResponse {
    const { invoker, keys } = this.#options;
    if (!hasKey(request, "masterKey", keys)) return { status: 401 };
    const path = request.url.pathname.toLowerCase().replace(/\/$/, "");
    const name = /^\/admin\/functions\/([^/]+)$/.exec(path)?.[1];
    if (name !== undefined) return this.#handleFunction(request, invoker.functions.get(name));
    const resource = this.#resourceAt(path);
    if (resource === undefined) return { status: 404 };
    return request.method === "GET" ? jsonResponse(200, resource) : { status: 405 };
  }

  #resourceAt(path: string): unknown {
    if (path === "/admin/host/status") return { id: "azure-twin", state: "Running", errors: [] };
    return path === "/admin/functions" ? [...this.#options.invoker.functions.values()].map(describe) : undefined;
  }

  #handleFunction(request: HostRequest, fn: RegisteredFunction | undefined): HostResponse {
    switch (request.method) {
      case "GET":
        return fn ? jsonResponse(200, describe(fn)) : { status: 404 };
      case "POST":
        return this.#invoke(request, fn);
      default:
        return { status: 405 };
    }
  }

  /** Responds before the function runs; the log shows whether it failed. */
  #invoke({ headers, body }: HostRequest, fn: RegisteredFunction | undefined): HostResponse {
    const { eventGrid, log } = this.#options;
    if (!headers["content-type"]?.startsWith("application/json")) return { status: 415 };
    const invocation = invocationSchema.safeParse(parseJson(body.toString("utf8")));
    if (!invocation.success) return { status: 400 };
    if (!fn) return { status: 404 };
    const { type } = triggerOf(fn);
    if (type !== "eventGridTrigger") return textResponse(501, `The twin does not invoke a function with a ${type}.`);
    eventGrid.invoke(fn.name, invocation.data.input ?? "").catch((error: Error) => {
      log({
        level: "error",
        source: "host",
        functionName: fn.name,
        message: `The invocation failed: ${error.message}`,
      });
    });
    return { status: 202 };
  }
}

const describe = (fn: RegisteredFunction) => ({
  name: fn.name,
  language: "node",
  isDisabled: false,
  isDirect: false,
  isProxy: false,
  config: { bindings: Object.values(fn.bindings) },
});
