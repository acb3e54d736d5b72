import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../clock.ts";
import { LocalHttpServer } from "../http/local-http-server.ts";
import { AccountService } from "./account-service.ts";
import { hasValidSignature } from "./authorization.ts";
import { Faults, faultResponse } from "./faults.ts";
import { type Operation, operationOf } from "./operation.ts";
import { type CosmosRequest, readRequest } from "./request.ts";
import { type CosmosResponse, errorResponse, exceptionResponse, writeResponse } from "./response.ts";
import { UsageMeter } from "./usage-meter.ts";

/** The published key of the Azure Cosmos DB emulator. It is no secret. */
const ACCOUNT_KEY = "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==";

/** Called `before` an operation on documents is executed, and `after` it, before the response is sent. */
export type OperationListener = (stage: "before" | "after", operation: Operation) => void | Promise<void>;

/**
 * An in-memory account of Azure Cosmos DB for NoSQL, for the unmodified SDK. It rejects requests that it cannot handle
 * as the real service does. Data survive `stop` and `start`.
 */
export class CosmosDb {
  /** The operations executed so far, and their request units. */
  readonly usage = new UsageMeter();
  /** Faults to inject. */
  readonly faults = new Faults();
  readonly #service: AccountService;
  readonly #listeners = new Set<OperationListener>();
  readonly #server = new LocalHttpServer("The twin's Cosmos DB", (request, response) => {
    void this.#serve(request, response);
  });

  /** @param options.physicalPartitions - count for each container; defaults to 1, as in a small account. */
  constructor({ clock, physicalPartitions = 1 }: { readonly clock: Clock; readonly physicalPartitions?: number }) {
    this.#service = new AccountService(clock, physicalPartitions);
  }

  /**
   * Listens on 127.0.0.1.
   * @param port - 0 picks a free port.
   * @throws the system's EADDRINUSE when the port is taken.
   */
  async start(port: number): Promise<void> {
    await this.#server.start(port);
  }

  /** Stops listening and closes all connections. */
  async stop(): Promise<void> {
    await this.#server.stop();
  }

  /** `http://127.0.0.1:PORT/`. Throws before the first start. */
  get endpoint(): string {
    return `${this.#server.origin}/`;
  }

  /** The connection string of the account. Throws before the first start. */
  get connectionString(): string {
    return `AccountEndpoint=${this.endpoint};AccountKey=${ACCOUNT_KEY};`;
  }

  /**
   * Adds a listener that is called before and after each valid operation on documents. The operation waits for the
   * listener, and fails with 500 when the listener throws.
   * @returns a function that removes the listener.
   */
  onOperation(listener: OperationListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      const response = await this.#respond(await readRequest(incoming));
      if (response === "connection-lost") incoming.socket.destroy();
      else writeResponse(response, outgoing);
    } catch (error) {
      if (incoming.complete) writeResponse(exceptionResponse(error), outgoing); // otherwise the client has disconnected
    }
  }

  async #respond(request: CosmosRequest): Promise<CosmosResponse | "connection-lost"> {
    if (!hasValidSignature(request, ACCOUNT_KEY)) {
      return errorResponse(401, "The request is not signed with the account key");
    }
    const operation = operationOf(request);
    if (!operation) return this.#service.handleMetadata(request, this.endpoint);
    return this.#service.validate(request, operation) ?? this.#execute(request, operation);
  }

  async #execute(request: CosmosRequest, operation: Operation): Promise<CosmosResponse | "connection-lost"> {
    await this.#notify("before", operation);
    const fault = this.faults.take(operation);
    const failure = fault && faultResponse(fault);
    if (failure) return failure;
    const isStrong = hasStrongConsistency(request);
    const response = await this.#service.execute(request, operation, fault?.kind === "lagging" && !isStrong);
    const requestUnits = this.usage.record(operation, isStrong);
    await this.#notify("after", operation);
    if (fault?.kind === "connection-lost") return "connection-lost";
    return { ...response, headers: { ...response.headers, "x-ms-request-charge": String(requestUnits) } };
  }

  async #notify(stage: "before" | "after", operation: Operation): Promise<void> {
    for (const listener of this.#listeners) await listener(stage, operation);
  }
}

/** The account's consistency level is strong; a request may select a weaker one. */
const hasStrongConsistency = ({ headers }: CosmosRequest): boolean =>
  (headers["x-ms-consistency-level"] ?? "Strong").toLowerCase() === "strong";
