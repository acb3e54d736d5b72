import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { NodeContext } from "../http/app-server.ts";
import type { Scheduler } from "../webhooks/scheduler.ts";
import type { Fault, Faults } from "./faults.ts";

/** The HTTP statuses with which a fault can fail a send request. */
export type FaultStatus = Extract<Fault, { on: "send"; effect: "status" }>["status"];

/** Error message of a send request that fails by a fault. */
export const FAULT_MESSAGE = "This failure was requested by a fault.";

/** How a provider serves a send request. */
interface SendHandler {
  /** The phone numbers involved. */
  readonly parties: readonly string[];
  /** Sends the texts and makes the response. */
  readonly send: () => Response;
  /** Makes the provider's response for a request that fails with this HTTP status. */
  readonly fail: (status: FaultStatus, headers: Readonly<Record<string, string>>) => Response;
}

/** Applies the faults on send requests, for every provider. */
export class SendFaults {
  readonly #scheduler: Scheduler;
  readonly #faults: Faults;

  constructor(parts: { scheduler: Scheduler; faults: Faults }) {
    this.#scheduler = parts.scheduler;
    this.#faults = parts.faults;
  }

  async serve(c: NodeContext, { parties, send, fail }: SendHandler): Promise<Response> {
    const delay = this.#faults.take("send", ["delay"], parties);
    if (delay) await new Promise<void>((resolve) => this.#scheduler.add(delay.delayMs, () => resolve()));
    const fault = this.#faults.take("send", ["status", "drop-connection", "no-response"], parties);
    if (fault?.effect === "no-response") return new Promise(() => {});
    if (fault?.effect === "status") {
      const retryAfter = fault.retryAfterSeconds;
      return fail(fault.status, retryAfter === undefined ? {} : { "retry-after": String(retryAfter) });
    }
    const response = send();
    if (fault?.effect !== "drop-connection") return response;
    c.env.incoming.socket.destroy();
    return RESPONSE_ALREADY_SENT;
  }

  /** Takes the fault that refuses one recipient of a request. */
  takeRefusal(parties: readonly string[]): Extract<Fault, { effect: "refuse-recipient" }> | undefined {
    return this.#faults.take("send", ["refuse-recipient"], parties);
  }
}
