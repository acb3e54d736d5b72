import { Readable } from "node:stream";
import type { Clock } from "../clock.ts";
import { Containers } from "./containers.ts";
import { type Container, createAccount, type HandlerRequest, route } from "./embedded-server.ts";
import { isQueryPlanRequest, type Operation } from "./operation.ts";
import { partitionKeyRanges } from "./partition-key-ranges.ts";
import { executePatch } from "./patch.ts";
import { executeQuery, queryPlan } from "./query.ts";
import { type CosmosRequest, partitionKeyOf } from "./request.ts";
import { type CosmosResponse, errorResponse } from "./response.ts";
import { validateDefinition, validateOperation } from "./validation.ts";

/** An account's data, and what Cosmos DB answers about them. Knows nothing of connections, keys or faults. */
export class AccountService {
  readonly #account = createAccount();
  readonly #containers: Containers;

  readonly #rangeCount: number;

  constructor(clock: Clock, rangeCount: number) {
    this.#containers = new Containers(this.#account, clock);
    this.#rangeCount = rangeCount;
  }

  /** Why the operation is refused before anything is done or charged; undefined when it is not. */
  validate(request: CosmosRequest, operation: Operation): CosmosResponse | undefined {
    return validateOperation(request, operation, this.#containers.find(operation));
  }

  /**
   * Carries out an operation that is not refused.
   * @param lagging - a read or query is answered by a replica that lacks the container's newest write.
   */
  async execute(request: CosmosRequest, operation: Operation, lagging: boolean): Promise<CosmosResponse> {
    const container = this.#containers.find(operation);
    if (!container) return this.#delegate(request);
    const { kind, id } = operation;
    if (kind === "patch" && id !== undefined) return executePatch(container, id, request);
    if (kind === "query" && request.method === "POST") {
      const items = lagging
        ? this.#containers.replicaOf(container).items(container.documents)
        : container.documents._data.values();
      return executeQuery(container, items, request, this.#rangeCount);
    }
    return kind === "read" && id !== undefined && lagging
      ? this.#readFromReplica(container, id, request)
      : this.#delegate(request);
  }

  #readFromReplica(container: Container, id: string, request: CosmosRequest): CosmosResponse {
    const [partitionKey = null] = partitionKeyOf(request);
    const shown = this.#containers.replicaOf(container).read(container.document(id, partitionKey).read());
    return shown ? { status: 200, headers: {}, body: shown } : errorResponse(404, "NotFound", "Entity does not exist");
  }

  /** Answers what is not about documents. `endpoint` is where the account says it is found. */
  async handleMetadata(request: CosmosRequest, endpoint: string): Promise<CosmosResponse> {
    if (request.path.length === 0) return { status: 200, headers: {}, body: this.#accountDocument(endpoint) };
    if (isQueryPlanRequest(request)) return this.#queryPlan(request);
    if (request.path.at(-1) === "pkranges") {
      return { status: 200, headers: {}, body: { PartitionKeyRanges: partitionKeyRanges(this.#rangeCount) } };
    }
    return validateDefinition(request) ?? this.#delegate(request);
  }

  #queryPlan(request: CosmosRequest): CosmosResponse {
    const [, database = "", , name = ""] = request.path;
    const container = this.#containers.find({ database, container: name });
    if (!container) return errorResponse(404, "NotFound", "Owner resource does not exist");
    return { status: 200, headers: {}, body: queryPlan(container, request) };
  }

  #accountDocument(endpoint: string): object {
    const locations = [{ name: "Twin", databaseAccountEndpoint: endpoint }];
    return {
      ...this.#account.read(),
      writableLocations: locations,
      readableLocations: locations,
      userConsistencyPolicy: { defaultConsistencyLevel: "Strong" },
    };
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
