import type { Clock } from "../../clock.ts";
import { type HttpReply, type HttpRequest, json } from "../../http/server.ts";
import { basicCredentials } from "../basic-auth.ts";
import { formFields } from "../form.ts";
import type { OwnedNumbers } from "../owned-numbers.ts";
import { withoutPlus } from "../phone-number.ts";
import { FAULT_MESSAGE, type FaultStatus, type SendFaults } from "../send-faults.ts";
import type { TelesignAccount } from "./account.ts";
import { newReferenceId, reportOf } from "./message.ts";
import { formFault } from "./send-request.ts";
import { statusOf, type TelesignCode } from "./status.ts";
import type { Sending, Telesign } from "./telesign.ts";

/** Where TeleSign's messaging API is. */
export const TELESIGN_ROOT = "/v1/messaging";

const FAULT_CODES: Readonly<Record<FaultStatus, TelesignCode>> = {
  400: 11000,
  401: 10022,
  429: 10019,
  500: 10000,
  503: 10000,
};

/** The sender when a company has no number: TeleSign chooses one. */
const SHARED_SENDER = "TELESIGN";

type Form = Readonly<Record<string, string>>;

/** TeleSign's SMS API: sends a text, and says what became of one. Digest authentication is not spoken here. */
export class TelesignRestApi {
  readonly #clock: Clock;
  readonly #account: TelesignAccount;
  readonly #numbers: OwnedNumbers;
  readonly #sendFaults: SendFaults;
  readonly #telesign: Telesign;

  constructor(parts: {
    clock: Clock;
    account: TelesignAccount;
    numbers: OwnedNumbers;
    sendFaults: SendFaults;
    telesign: Telesign;
  }) {
    this.#clock = parts.clock;
    this.#account = parts.account;
    this.#numbers = parts.numbers;
    this.#sendFaults = parts.sendFaults;
    this.#telesign = parts.telesign;
  }

  async handle(request: HttpRequest): Promise<HttpReply> {
    const stranger = this.#strangerCode(request);
    if (stranger !== undefined) return this.#refusal(401, stranger);
    if (request.path === TELESIGN_ROOT) {
      return request.method === "POST" ? this.#post(request) : this.#refusal(405, 500);
    }
    if (request.method !== "GET") return this.#refusal(405, 500);
    const message = this.#telesign.get(request.path.slice(TELESIGN_ROOT.length + 1));
    return message ? json(200, reportOf(message, message.status)) : this.#refusal(404, 10017);
  }

  #strangerCode(request: HttpRequest): TelesignCode | undefined {
    const given = basicCredentials(request);
    if (given === "none") return 10009;
    if (given === "malformed") return 10028;
    if (given.user !== this.#account.customerId) return 10015;
    return given.password === this.#account.apiKey ? undefined : 10022;
  }

  async #post(request: HttpRequest): Promise<HttpReply> {
    const form = formFields(request);
    if (!form) return this.#refusal(400, 509);
    const fault = formFault(form);
    if (fault !== undefined) return this.#refusal(400, fault, { form });
    const from = this.#senderOf(form);
    if (from === undefined) return this.#refusal(400, 11013, { form });
    const sending = {
      from,
      to: `+${form.phone_number}`,
      text: form.message ?? "",
      externalId: form.external_id,
      callbackUrl: form.callback_url,
    };
    return this.#sendFaults.serve([from, sending.to], {
      send: () => this.#send(sending, form),
      fail: (status, headers) =>
        this.#refusal(status, FAULT_CODES[status], { form, headers, description: FAULT_MESSAGE }),
    });
  }

  #send(sending: Sending, form: Form): HttpReply {
    const fault = this.#sendFaults.takeRefusal([sending.from, sending.to]);
    if (fault) {
      return this.#refusal(fault.httpStatusCode, fault.code ?? 11000, { form, description: fault.errorMessage });
    }
    const { messageId, status, externalId } = this.#telesign.send(sending);
    return json(200, { reference_id: messageId, status, ...(externalId !== undefined && { external_id: externalId }) });
  }

  /** A sender id must be one that TeleSign has allowed: here, a number that it gave out. */
  #senderOf({ sender_id: senderId }: Form): string | undefined {
    const numbers = this.#numbers.list().filter(({ provider }) => provider === "telesign");
    if (senderId === undefined) return numbers[0]?.number ?? SHARED_SENDER;
    return numbers.find(({ number }) => withoutPlus(number) === senderId)?.number;
  }

  #refusal(
    status: number,
    code: number,
    { form = {}, headers = {}, description }: { form?: Form; headers?: Form; description?: string } = {},
  ): HttpReply {
    const body = {
      reference_id: newReferenceId(),
      status: statusOf(code, this.#clock.now(), description),
      ...(form.external_id !== undefined && { external_id: form.external_id }),
    };
    return json(status, body, headers);
  }
}
