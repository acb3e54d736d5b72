import type { Invoker, RegisteredFunction } from "../invocation.ts";
import { managementUrls } from "./client-binding.ts";
import {
  BadRequestError,
  type DurableRequest,
  type DurableResponse,
  jsonText,
  pathSegments,
  response,
} from "./http-messages.ts";
import { hasEnded, type Instance, instanceIdProblem } from "./instance.ts";
import { matches, readInstanceFilter } from "./instance-filter.ts";
import { instanceStatus, type StatusDetails } from "./instance-status.ts";
import type { Orchestrations } from "./orchestrations.ts";
import { requireFunction } from "./registered-functions.ts";
import { NOT_SUPPORTED } from "./steps.ts";
import type { TaskHub } from "./task-hub.ts";

/** Polling intervals that the API recommends for a new and for an unfinished instance, in seconds. */
const RETRY_AFTER_START_SECONDS = "10";
const RETRY_AFTER_STATUS_SECONDS = "5";

/**
 * The HTTP API to start, query and control orchestrations.
 * Source: `HttpApiHandler.cs` of the Durable Functions extension, for paths and status codes.
 */
export class HttpApi {
  readonly #taskHub: TaskHub;
  readonly #orchestrations: Orchestrations;
  readonly #invoker: Invoker;

  constructor(options: { taskHub: TaskHub; orchestrations: Orchestrations; invoker: Invoker }) {
    this.#taskHub = options.taskHub;
    this.#orchestrations = options.orchestrations;
    this.#invoker = options.invoker;
  }

  handle(request: DurableRequest): DurableResponse {
    try {
      return this.#route(request);
    } catch (error) {
      if (error instanceof BadRequestError) return response(400, error.message);
      throw error;
    }
  }

  #route(request: DurableRequest): DurableResponse {
    const [resource, ...path] = pathSegments(request.url) ?? [];
    switch (resource) {
      case "orchestrators":
        return request.method === "POST" ? this.#start(request, path) : response(404);
      case "instances":
        return path.length === 0 ? this.#allInstances(request) : this.#oneInstance(request, path);
      case "entities":
        return response(501, `The API of entities ${NOT_SUPPORTED}`);
      default:
        return response(404);
    }
  }

  #start({ url, body }: DurableRequest, [functionName, givenId, ...rest]: readonly string[]): DurableResponse {
    if (functionName === undefined || rest.length > 0) return response(404);
    if (url.searchParams.has("timeout")) return response(501, `Waiting for completion (timeout) ${NOT_SUPPORTED}`);
    const { name } = this.#requireOrchestrator(functionName);
    const instanceId = givenId ?? crypto.randomUUID().replaceAll("-", "");
    const problem = instanceIdProblem(instanceId);
    if (problem) throw new BadRequestError(problem);
    const version = url.searchParams.get("version") ?? undefined;
    const input = jsonText(body);
    if (!this.#orchestrations.start({ instanceId, name, version, input, parent: undefined })) {
      return response(409, `An unfinished orchestration has the instance ID '${instanceId}'.`);
    }
    const urls = managementUrls(url.origin, instanceId);
    return response(202, urls, { location: urls.statusQueryGetUri ?? "", "retry-after": RETRY_AFTER_START_SECONDS });
  }

  #requireOrchestrator(name: string): RegisteredFunction {
    try {
      return requireFunction(this.#invoker, name, "orchestrator");
    } catch (cause) {
      throw new BadRequestError(cause instanceof Error ? cause.message : String(cause), { cause });
    }
  }

  #allInstances({ method, url }: DurableRequest): DurableResponse {
    const filter = readInstanceFilter(url.searchParams);
    const found = this.#taskHub.instances().filter((instance) => matches(instance, filter));
    switch (method) {
      case "GET":
        return response(
          200,
          found.map((instance) => instanceStatus(instance, detailsIn(url))),
        );
      case "DELETE":
        if (filter.createdFrom === undefined) throw new BadRequestError("Please provide value for 'createdTimeFrom'.");
        return this.#purge(found.filter(hasEnded));
      default:
        return response(404);
    }
  }

  #oneInstance(request: DurableRequest, [instanceId = "", ...operation]: readonly string[]): DurableResponse {
    const instance = this.#taskHub.find(instanceId);
    if (!instance) return response(404);
    const method = operation.length > 0 ? `${request.method} operation` : request.method;
    switch (method) {
      case "GET":
        return statusResponse(instance, request.url);
      case "DELETE":
        return hasEnded(instance)
          ? this.#purge([instance])
          : response(412, `Only ended orchestrations can be purged; '${instanceId}' is ${instance.status}.`);
      case "POST operation":
        return this.#control(instance, operation, request);
      default:
        return response(404);
    }
  }

  #control(instance: Instance, path: readonly string[], { url, body }: DurableRequest): DurableResponse {
    const [name = "", eventName, ...rest] = path;
    if (/^(rewind|restart)$/i.test(name)) return response(501, `'${name}' ${NOT_SUPPORTED}`);
    const reason = url.searchParams.get("reason") ?? "";
    const orchestrations = this.#orchestrations;
    const operations = new Map<string, () => void>(
      eventName
        ? [["raiseevent", () => orchestrations.raiseEvent(instance, eventName, jsonText(body))]]
        : [
            ["terminate", () => orchestrations.terminate(instance, reason)],
            ["suspend", () => orchestrations.suspend(instance)],
            ["resume", () => orchestrations.resume(instance)],
          ],
    );
    const run = operations.get(name.toLowerCase());
    if (!run || rest.length > 0) return response(404);
    if (hasEnded(instance)) return response(410);
    run();
    return response(202);
  }

  #purge(instances: readonly Instance[]): DurableResponse {
    for (const { instanceId } of instances) this.#taskHub.delete(instanceId);
    return instances.length > 0 ? response(200, { instancesDeleted: instances.length }) : response(404);
  }
}

const statusResponse = (instance: Instance, url: URL): DurableResponse => {
  const status = instanceStatus(instance, detailsIn(url));
  if (!hasEnded(instance)) {
    return response(202, status, { location: url.href, "retry-after": RETRY_AFTER_STATUS_SECONDS });
  }
  const isFailure = instance.status === "Failed" && isSet(url, "returnInternalServerErrorOnFailure");
  return response(isFailure ? 500 : 200, status);
};

const detailsIn = (url: URL): StatusDetails => ({
  showInput: url.searchParams.get("showInput")?.toLowerCase() !== "false",
  showHistory: isSet(url, "showHistory"),
  showHistoryOutput: isSet(url, "showHistoryOutput"),
});

const isSet = (url: URL, name: string): boolean => url.searchParams.get(name)?.toLowerCase() === "true";
