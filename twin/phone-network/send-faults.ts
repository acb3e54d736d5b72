import type { HttpReply } from "../http/server.ts";
import type { Scheduler } from "../webhooks/scheduler.ts";
import type { Fault, Faults } from "./faults.ts";

/** The HTTP statuses with which a fault can fail a send request. */
export type FaultStatus = Extract<Fault, { on: "send"; effect: "status" }>["status"];

/** Error message of a send request that fails by a fault. */
export const FAULT_MESSAGE = "This failure was requested by a fault.";

/** Applies the faults on send requests, for every provider. */
export class SendFaults {
  readonly #scheduler: Scheduler;
  readonly #faults: Faults;

  constructor(parts: { scheduler: Scheduler; faults: Faults }) {
    this.#scheduler = parts.scheduler;
    this.#faults = parts.faults;
  }

  /**
   * Serves a send request.
   * @param parties - the phone numbers involved.
   * @param handler.send - sends the texts and makes the response.
   * @param handler.fail - makes the provider's response with this HTTP status.
   */
  async serve(
    parties: readonly string[],
    handler: {
      send: () => HttpReply;
      fail: (status: FaultStatus, headers: Readonly<Record<string, string>>) => HttpReply;
    },
  ): Promise<HttpReply> {
    const delay = this.#faults.take("send", ["delay"], parties);
    if (delay) await new Promise<void>((resolve) => this.#scheduler.add(delay.delayMs, () => resolve()));
    const fault = this.#faults.take("send", ["status", "drop-connection", "no-answer"], parties);
    if (fault?.effect === "no-answer") return { kind: "no-answer" };
    if (fault?.effect === "status") {
      const retryAfter = fault.retryAfterSeconds;
      return handler.fail(fault.status, retryAfter === undefined ? {} : { "retry-after": String(retryAfter) });
    }
    const reply = handler.send();
    return fault?.effect === "drop-connection" ? { kind: "drop-connection" } : reply;
  }

  /** Takes the fault that refuses one recipient of a request. */
  takeRefusal(parties: readonly string[]): Extract<Fault, { effect: "refuse-recipient" }> | undefined {
    return this.#faults.take("send", ["refuse-recipient"], parties);
  }
}
