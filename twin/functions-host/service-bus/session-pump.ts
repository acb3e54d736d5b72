import { isServiceBusError, type ServiceBusSessionReceiver } from "@azure/service-bus";
import { delay } from "../delay.ts";
import { RETRY_INTERVAL_MS } from "./connection.ts";
import type { Pump, PumpOptions } from "./pump.ts";
import { SessionRun } from "./session-run.ts";

/**
 * How many free slots wait for a session at the same time. The processor of the real host limits this to twice the
 * number of processors, of which an instance has one or two. Source: ServiceBusProcessor, Azure SDK for .NET.
 */
const MAX_CONCURRENT_ACCEPTS = 4;

/** The pump of a queue with sessions: up to `maxConcurrentSessions` at once, one message at a time per session. */
export class SessionPump implements Pump {
  readonly #options: PumpOptions;
  readonly #stopping = new AbortController();
  readonly #runs = new Set<SessionRun>();
  #waitingSlots = 0;

  constructor(options: PumpOptions) {
    this.#options = options;
  }

  start(): void {
    this.#useFreeSlots();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#runs].map((run) => run.stop()));
    await this.#options.delivery.idle();
  }

  /** Lets free slots wait at the broker for the next sessions. */
  #useFreeSlots(): void {
    const { maxConcurrentSessions } = this.#options.settings;
    while (
      !this.#stopping.signal.aborted &&
      this.#waitingSlots < MAX_CONCURRENT_ACCEPTS &&
      this.#waitingSlots + this.#runs.size < maxConcurrentSessions
    ) {
      void this.#processNextSession();
    }
  }

  async #processNextSession(): Promise<void> {
    this.#waitingSlots++;
    const session = await this.#acceptOrDelay();
    this.#waitingSlots--;
    const ended = session && this.#run(session);
    this.#useFreeSlots();
    await ended;
    this.#useFreeSlots();
  }

  /** Accepts the next session. Returns undefined when there is none, and a moment after a failure. */
  async #acceptOrDelay(): Promise<ServiceBusSessionReceiver | undefined> {
    const { signal } = this.#stopping;
    try {
      return await this.#accept();
    } catch (error) {
      if (signal.aborted) return undefined;
      this.#options.warn(`Queue "${this.#options.queueName}": cannot accept a session, retrying: ${error}`);
      await delay(this.#options.clock, RETRY_INTERVAL_MS, signal);
      return undefined;
    }
  }

  /** Accepts the next session with messages; returns undefined after the broker's timeout. */
  async #accept(): Promise<ServiceBusSessionReceiver | undefined> {
    const { client, queueName } = this.#options;
    try {
      // The SDK's lock renewal is off because it uses the system's time.
      const settings = { skipParsingBodyAsJson: true, maxAutoLockRenewalDurationInMs: 0 };
      return await client.acceptNextSession(queueName, settings);
    } catch (error) {
      if (isServiceBusError(error) && error.code === "ServiceTimeout") return undefined;
      throw error;
    }
  }

  async #run(session: ServiceBusSessionReceiver): Promise<void> {
    if (this.#stopping.signal.aborted) return session.close().catch(() => {}); // the connection may be closed already
    const run = new SessionRun(session, this.#options);
    this.#runs.add(run);
    await run.ended;
    this.#runs.delete(run);
  }
}
