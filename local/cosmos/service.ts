import { Readable } from "node:stream";
import type { Clock } from "../clock.ts";
import { Containers } from "./containers.ts";
import { createAccount, type HandlerRequest, route } from "./embedded-server.ts";
import { isQueryPlanRequest, type Operation } from "./operation.ts";
import { patch } from "./patch.ts";
import { refusalOfDefinition, refusalOfOperation } from "./refusals.ts";
import type { CosmosRequest } from "./request.ts";
import { type CosmosResponse, errorResponse } from "./response.ts";

/** The plan of every query: one partition range, nothing left for the client to do. */
const QUERY_PLAN = {
  queryInfo: {},
  queryRanges: [{ min: "", max: "FF", isMinInclusive: true, isMaxInclusive: false }],
};

/** An account's data, and what Cosmos DB answers about them. Knows nothing of connections, keys or faults. */
export class Service {
  readonly #account = createAccount();
  readonly #containers: Containers;

  constructor(clock: Clock) {
    this.#containers = new Containers(this.#account, clock);
  }

  /** Why the operation is refused before anything is done or charged; undefined when it is not. */
  refusalOf(request: CosmosRequest, operation: Operation): CosmosResponse | undefined {
    return refusalOfOperation(request, operation, this.#containers.find(operation));
  }

  /** Carries out an operation that is not refused. */
  async perform(request: CosmosRequest, operation: Operation): Promise<CosmosResponse> {
    const container = this.#containers.find(operation);
    if (operation.kind === "patch" && operation.id !== undefined && container) {
      return patch(container, operation.id, request);
    }
    return this.#delegate(request);
  }

  /** Answers what is not about documents. `endpoint` is where the account says it is found. */
  async administer(request: CosmosRequest, endpoint: string): Promise<CosmosResponse> {
    if (request.path.length === 0) return { status: 200, headers: {}, body: this.#describe(endpoint) };
    if (isQueryPlanRequest(request)) return { status: 200, headers: {}, body: QUERY_PLAN };
    return refusalOfDefinition(request) ?? this.#delegate(request);
  }

  #describe(endpoint: string): object {
    const locations = [{ name: "Twin", databaseAccountEndpoint: endpoint }];
    return { ...this.#account.read(), writableLocations: locations, readableLocations: locations };
  }

  async #delegate({ method, url, headers, body }: CosmosRequest): Promise<CosmosResponse> {
    const request: HandlerRequest = Object.assign(Readable.from([body]), { method, url, headers });
    const found = route(request);
    if (!found) return errorResponse(400, "BadRequest", `The twin's Cosmos DB has no ${method} ${url}`);
    const [parameters, handler] = found;
    const answered: Record<string, string> = {};
    const response = {
      statusCode: 200,
      setHeader: (name: string, value: string) => {
        answered[name] = value;
      },
    };
    const answer = await handler(this.#account, request, response, parameters);
    return { status: response.statusCode, headers: answered, body: answer };
  }
}
