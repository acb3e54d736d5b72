import type { Agenda } from "../webhooks/agenda.ts";
import type { Fault, Faults } from "./faults.ts";
import type { HttpReply } from "./http-server.ts";

/** The HTTP statuses with which a fault can refuse a send request. */
export type RefusalStatus = Extract<Fault, { on: "send"; effect: "status" }>["status"];

/** Why a request that a fault refuses was refused, for people. */
export const REFUSED_BY_FAULT = "Refused because a fault says so.";

/** Serves send requests, whoever's they are, through the faults that strike a request as a whole. */
export class SendFaults {
  readonly #agenda: Agenda;
  readonly #faults: Faults;

  constructor(parts: { agenda: Agenda; faults: Faults }) {
    this.#agenda = parts.agenda;
    this.#faults = parts.faults;
  }

  /**
   * @param parties - the phone numbers concerned.
   * @param carryOut - sends the texts and says what to answer.
   * @param refuse - the provider's way of refusing a request.
   */
  async serve(
    parties: readonly string[],
    carryOut: () => HttpReply,
    refuse: (status: RefusalStatus, headers: Readonly<Record<string, string>>) => HttpReply,
  ): Promise<HttpReply> {
    const delay = this.#faults.take("send", ["delay"], parties);
    if (delay) await new Promise<void>((resolve) => this.#agenda.add(delay.delayMs, resolve));
    const fault = this.#faults.take("send", ["status", "drop-connection", "no-answer"], parties);
    if (fault?.effect === "no-answer") return { kind: "no-answer" };
    if (fault?.effect === "status") {
      const retryAfter = fault.retryAfterSeconds;
      return refuse(fault.status, retryAfter === undefined ? {} : { "retry-after": String(retryAfter) });
    }
    const reply = carryOut();
    return fault?.effect === "drop-connection" ? { kind: "drop-connection" } : reply;
  }

  /** The fault that refuses one recipient of a request, if there is one. */
  refusalOf(parties: readonly string[]): Extract<Fault, { effect: "refuse-recipient" }> | undefined {
    return this.#faults.take("send", ["refuse-recipient"], parties);
  }
}
