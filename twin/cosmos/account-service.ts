import { Readable } from "node:stream";
import type { Clock } from "../clock.ts";
import { Containers } from "./containers.ts";
import { type Container, createAccount, type HandlerRequest, route } from "./embedded-server.ts";
import type { LaggingReplica } from "./lagging-replica.ts";
import { isQueryPlanRequest, type Operation } from "./operation.ts";
import { findDocument } from "./partition-key.ts";
import { partitionKeyRanges } from "./partition-key-ranges.ts";
import { executePatch } from "./patch.ts";
import { executeQuery, queryPlan } from "./query.ts";
import { type CosmosRequest, partitionKeyOf } from "./request.ts";
import { type CosmosResponse, documentNotFound, errorResponse, okResponse, ownerNotFound } from "./response.ts";
import { validateDefinition, validateOperation } from "./validation.ts";

/** The data of an account and the requests on it, independent of connections, keys and faults. */
export class AccountService {
  readonly #account = createAccount();
  readonly #containers: Containers;
  readonly #rangeCount: number;

  /** @param rangeCount - number of partition key ranges of each container. */
  constructor(clock: Clock, rangeCount: number) {
    this.#containers = new Containers(this.#account, clock);
    this.#rangeCount = rangeCount;
  }

  /** @returns the error response to an operation that must not be executed or charged; undefined for a valid one. */
  validate(request: CosmosRequest, operation: Operation): CosmosResponse | undefined {
    return validateOperation(request, operation, this.#containers.find(operation));
  }

  /**
   * Executes a valid operation.
   * @param isLagging - whether a read or query is served by a replica that lacks the container's newest write.
   */
  async execute(request: CosmosRequest, operation: Operation, isLagging: boolean): Promise<CosmosResponse> {
    const container = this.#containers.find(operation);
    if (!container) return ownerNotFound();
    const replica = isLagging ? this.#containers.replicaOf(container) : undefined;
    const response = await this.#executeOn(container, operation, { request, replica });
    return response.status === 404 ? documentNotFound() : response;
  }

  async #executeOn(
    container: Container,
    { kind, id }: Operation,
    { request, replica }: { request: CosmosRequest; replica: LaggingReplica | undefined },
  ): Promise<CosmosResponse> {
    if (kind === "patch" && id !== undefined) return executePatch(container, id, request);
    if (kind === "read" && id !== undefined) {
      const [partitionKey = null] = partitionKeyOf(request);
      const newest = findDocument(container, id, partitionKey);
      const document = replica ? replica.read(newest) : newest;
      return document ? okResponse(document) : documentNotFound();
    }
    if (kind === "query" && request.method === "POST") {
      const { documents } = container;
      const items = replica?.items(documents) ?? documents._data.values();
      return executeQuery(container, request, { items, rangeCount: this.#rangeCount });
    }
    return this.#delegate(request);
  }

  /**
   * Handles a request that is not an operation on documents.
   * @param endpoint - the address that the account document publishes.
   */
  async handleMetadata(request: CosmosRequest, endpoint: string): Promise<CosmosResponse> {
    if (request.path.length === 0) return okResponse(this.#accountDocument(endpoint));
    if (isQueryPlanRequest(request)) return this.#queryPlan(request);
    if (request.path.at(-1) === "pkranges") {
      return okResponse({ PartitionKeyRanges: partitionKeyRanges(this.#rangeCount) });
    }
    return validateDefinition(request) ?? this.#delegate(request);
  }

  #queryPlan(request: CosmosRequest): CosmosResponse {
    const [, database = "", , name = ""] = request.path;
    const container = this.#containers.find({ database, container: name });
    return container ? okResponse(queryPlan(container, request)) : ownerNotFound();
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
    if (!found) return errorResponse(400, `The twin's Cosmos DB has no ${method} ${url}`);
    const [parameters, handler] = found;
    const responseHeaders: Record<string, string> = {};
    const response = {
      statusCode: 200,
      setHeader: (name: string, value: string) => {
        responseHeaders[name] = value;
      },
    };
    const responseBody = await handler(this.#account, request, response, parameters);
    return { status: response.statusCode, headers: responseHeaders, body: responseBody };
  }
}
