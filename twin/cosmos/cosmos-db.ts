import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../clock.ts";
import { LocalHttpServer } from "../local-http-server.ts";
import { AccountService } from "./account-service.ts";
import { hasValidSignature } from "./authorization.ts";
import { Faults, faultResponse } from "./faults.ts";
import { type Operation, operationOf } from "./operation.ts";
import { type CosmosRequest, readRequest } from "./request.ts";
import { type CosmosResponse, errorResponse, exceptionResponse, writeResponse } from "./response.ts";
import { UsageMeter } from "./usage-meter.ts";

/** The key that the Azure Cosmos DB emulator is published with: known to all, so it protects nothing and leaks nothing. */
const ACCOUNT_KEY = "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==";

/** Is told of each operation on documents, `before` it is done and `after`, when it is not answered yet. */
export type OperationListener = (stage: "before" | "after", operation: Operation) => void | Promise<void>;

/**
 * An account of Azure Cosmos DB for NoSQL, in memory, for the unmodified SDK. It is strict: what it could not do as the
 * real service does, it refuses. The data outlive `stop` and `start`, as they outlive a network failure.
 */
export class CosmosDb {
  /** The operations that were carried out, and what they would have cost. */
  readonly usage = new UsageMeter();
  /** Failures to come. */
  readonly faults = new Faults();
  readonly #service: AccountService;
  readonly #listeners = new Set<OperationListener>();
  readonly #server = new LocalHttpServer("The twin's Cosmos DB", (request, response) => {
    void this.#serve(request, response);
  });

  /**
   * @param options.partitionRanges - physical partitions of each container; one, as a small account has, when absent.
   */
  constructor({ clock, partitionRanges = 1 }: { readonly clock: Clock; readonly partitionRanges?: number }) {
    this.#service = new AccountService(clock, partitionRanges);
  }

  /**
   * Listens on 127.0.0.1.
   * @param port - 0 takes any free one.
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

  /** The endpoint and the account's key, in the form that the SDK takes. Throws before the first start. */
  get connectionString(): string {
    return `AccountEndpoint=${this.endpoint};AccountKey=${ACCOUNT_KEY};`;
  }

  /**
   * Calls `listener` around each operation on documents that is not refused at once. The operation waits until it is
   * done, and is answered with 500 when it throws.
   * @returns a function that ends this.
   */
  onOperation(listener: OperationListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      const answer = await this.#respond(await readRequest(incoming));
      if (answer === "connection-lost") incoming.socket.destroy();
      else writeResponse(answer, outgoing);
    } catch (error) {
      if (incoming.complete) writeResponse(exceptionResponse(error), outgoing); // else nobody waits for an answer
    }
  }

  async #respond(request: CosmosRequest): Promise<CosmosResponse | "connection-lost"> {
    if (!hasValidSignature(request, ACCOUNT_KEY)) {
      return errorResponse(401, "Unauthorized", "The request is not signed with the account's key");
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
    const strong = isStrong(request);
    const answer = await this.#service.execute(request, operation, fault?.kind === "lagging" && !strong);
    const requestUnits = this.usage.record(operation, strong);
    await this.#notify("after", operation);
    if (fault?.kind === "connection-lost") return "connection-lost";
    return { ...answer, headers: { ...answer.headers, "x-ms-request-charge": String(requestUnits) } };
  }

  async #notify(stage: "before" | "after", operation: Operation): Promise<void> {
    for (const listener of this.#listeners) await listener(stage, operation);
  }
}

/** Whether a read is of the newest state: the account's consistency is strong, and a client may ask for less. */
const isStrong = ({ headers }: CosmosRequest): boolean =>
  (headers["x-ms-consistency-level"] ?? "Strong").toLowerCase() === "strong";
