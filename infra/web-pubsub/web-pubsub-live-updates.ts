import type { TokenCredential } from "@azure/identity";
import type { WebPubSubServiceClient } from "@azure/web-pubsub";
import { describeError, TransientError } from "../../shared/kernel/errors.ts";
import type { AgentId } from "../../shared/kernel/ids.ts";
import { addSeconds, type Instant, type Now, secondsBetween } from "../../shared/kernel/instant.ts";
import type { LiveChange, LiveConnection, LiveSubscriber, LiveUpdates } from "../../shared/kernel/live-updates.ts";
import type { Connection } from "../config/connection.ts";
import { once } from "../sdk/once.ts";
import { isIdentityFault, requestFaultOf } from "../sdk/sdk-faults.ts";
import { filterOf, groupsOf } from "./audience.ts";
import { endpointOf, isLoopback } from "./endpoint.ts";

/** The hub of the consoles. The template names it too. */
export const HUB = "console";
/** Lifetime of an address, in minutes. */
const LIFETIME_MINUTES = 60;
/** Limit for one request, in milliseconds. A later notification would be worth less than the console's next poll. */
const TIMEOUT_MS = 2000;
/** How many notifications may be under way. More are dropped, so that a service that hangs costs no memory. */
const MAX_PENDING = 100;
/** Lost notifications are logged at most this often, in seconds. */
const LOG_SECONDS = 60;

export interface WebPubSubOptions {
  readonly connection: Connection;
  /** The identity of the app, for a connection without a key. */
  readonly credential: () => Promise<TokenCredential>;
  readonly now: Now;
  /** Receives a line, without ids, when notifications were lost. */
  readonly log: (line: string) => void;
}

/**
 * Notifies consoles by Azure Web PubSub: one request for each change. The connections have no roles, so that a console
 * can neither join a group nor send.
 */
export class WebPubSubLiveUpdates implements LiveUpdates {
  readonly #client: () => Promise<WebPubSubServiceClient>;
  readonly #now: Now;
  readonly #log: (line: string) => void;
  readonly #pending = new Set<Promise<void>>();
  #lost = 0;
  #loggedAt: Instant | undefined;

  constructor(options: WebPubSubOptions) {
    this.#client = once(() => connect(options));
    this.#now = options.now;
    this.#log = options.log;
  }

  notify(change: LiveChange): void {
    this.#request((client) =>
      client.sendToAll(change, { filter: filterOf(change), abortSignal: AbortSignal.timeout(TIMEOUT_MS) }),
    );
  }

  disconnect(agentId: AgentId): void {
    this.#request((client) =>
      client.closeUserConnections(agentId, {
        reason: "The queues of the agent have changed.",
        abortSignal: AbortSignal.timeout(TIMEOUT_MS),
      }),
    );
  }

  async connectionFor(subscriber: LiveSubscriber): Promise<LiveConnection> {
    const expiresAt = addSeconds(this.#now(), LIFETIME_MINUTES * 60);
    try {
      const client = await this.#client();
      const { url } = await client.getClientAccessToken({
        userId: subscriber.agentId,
        groups: groupsOf(subscriber),
        expirationTimeInMinutes: LIFETIME_MINUTES,
        abortSignal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return { url, expiresAt };
    } catch (cause) {
      if (!requestFaultOf(cause)) throw cause;
      throw new TransientError("Web PubSub: cannot make an address for a console", { cause });
    }
  }

  /** Waits until no request is under way. */
  async close(): Promise<void> {
    await Promise.all(this.#pending);
  }

  /** Makes a request without waiting. A lost notification costs nothing, because consoles poll: it is only logged. */
  #request(send: (client: WebPubSubServiceClient) => Promise<void>): void {
    if (this.#pending.size >= MAX_PENDING) {
      this.#logLoss("too many are under way");
      return;
    }
    const request = this.#client()
      .then(send)
      .catch((error: unknown) => this.#logLoss(reasonOf(error)))
      .finally(() => this.#pending.delete(request));
    this.#pending.add(request);
  }

  #logLoss(reason: string): void {
    this.#lost += 1;
    const now = this.#now();
    if (this.#loggedAt !== undefined && secondsBetween(this.#loggedAt, now) < LOG_SECONDS) return;
    this.#log(`live updates were lost: ${this.#lost} (${reason})`);
    this.#lost = 0;
    this.#loggedAt = now;
  }
}

const connect = async ({ connection, credential }: WebPubSubOptions): Promise<WebPubSubServiceClient> => {
  const { WebPubSubServiceClient } = await (await import("../sdk/sdks.ts")).webPubSub();
  const options = {
    allowInsecureConnection: isLoopback(endpointOf(connection)),
    retryOptions: { maxRetries: 0 },
  };
  return connection.kind === "identity"
    ? new WebPubSubServiceClient(connection.endpoint, await credential(), HUB, options)
    : new WebPubSubServiceClient(connection.connectionString, HUB, options);
};

/** A fault of the service by its status, which says no more than the log needs; a defect by where it happened. */
const reasonOf = (error: unknown): string => {
  if (isIdentityFault(error)) return "no token";
  const fault = requestFaultOf(error);
  if (!fault) return describeError(error);
  return fault.status === undefined ? "no response" : `status ${fault.status}`;
};
