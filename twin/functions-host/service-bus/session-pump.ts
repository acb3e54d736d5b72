import { isServiceBusError, type ServiceBusSessionReceiver } from "@azure/service-bus";
import { delay } from "../delay.ts";
import { RETRY_INTERVAL_MS } from "./connection.ts";
import type { Pump, PumpOptions } from "./pump.ts";
import { SessionRun } from "./session-run.ts";

/** The pump of a queue with sessions: up to `maxConcurrentSessions` at once, one message at a time per session. */
export class SessionPump implements Pump {
  readonly #options: PumpOptions;
  readonly #stopping = new AbortController();
  readonly #runs = new Set<SessionRun>();

  constructor(options: PumpOptions) {
    this.#options = options;
  }

  /** Every free slot waits at the broker for the next session. */
  start(): void {
    for (let slot = 0; slot < this.#options.settings.maxConcurrentSessions; slot++) void this.#processSessions();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#runs].map((run) => run.stop()));
    await this.#options.delivery.idle();
  }

  async #processSessions(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        const session = await this.#accept();
        if (session) await this.#run(session);
      } catch (error) {
        if (signal.aborted) return;
        this.#options.warn(`Queue "${this.#options.queueName}": cannot accept a session, retrying: ${error}`);
        await delay(this.#options.clock, RETRY_INTERVAL_MS, signal);
      }
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
    if (this.#stopping.signal.aborted) return session.close();
    const run = new SessionRun(session, this.#options);
    this.#runs.add(run);
    try {
      await run.ended;
    } finally {
      this.#runs.delete(run);
    }
  }
}
