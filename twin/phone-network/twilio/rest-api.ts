import { type HttpReply, type HttpRequest, json } from "../../http/server.ts";
import { basicCredentials } from "../basic-auth.ts";
import { formFields } from "../form.ts";
import type { OwnedNumbers, TwilioNumber } from "../owned-numbers.ts";
import { FAULT_MESSAGE, type FaultStatus, type SendFaults } from "../send-faults.ts";
import type { TwilioAccount } from "./account.ts";
import { twilioError } from "./error.ts";
import { messageResource } from "./message.ts";
import { messageList } from "./message-list.ts";
import { numberList } from "./number-list.ts";
import { type SendRequest, sendRequestOf } from "./send-request.ts";
import type { Twilio } from "./twilio.ts";

/** Where Twilio's REST API is. */
export const TWILIO_ROOT = "/2010-04-01/";

const FAULT_CODES: Readonly<Record<FaultStatus, number>> = {
  400: 20001,
  401: 20003,
  429: 20429,
  500: 20500,
  503: 20503,
};

/** Twilio's REST API, version 2010-04-01, in JSON: messages, and what shows that a number is the account's. */
export class TwilioRestApi {
  readonly #account: TwilioAccount;
  readonly #numbers: OwnedNumbers;
  readonly #sendFaults: SendFaults;
  readonly #twilio: Twilio;

  constructor(parts: { account: TwilioAccount; numbers: OwnedNumbers; sendFaults: SendFaults; twilio: Twilio }) {
    this.#account = parts.account;
    this.#numbers = parts.numbers;
    this.#sendFaults = parts.sendFaults;
    this.#twilio = parts.twilio;
  }

  async handle(request: HttpRequest): Promise<HttpReply> {
    const caller = this.#callerOf(request);
    if (caller === undefined) return twilioError(20003, "Authenticate");
    const own = `${TWILIO_ROOT}Accounts/${this.#account.accountSid}`;
    if (!request.path.startsWith(own)) return notFound(request);
    const path = request.path.slice(own.length);
    if (path === "/Messages.json" && request.method === "POST") return this.#post(request);
    if (request.method !== "GET") return twilioError(20004, "Method not allowed");
    return this.#get(path, request, caller);
  }

  /** @returns undefined for a stranger. The secondary token authenticates as well as the primary. */
  #callerOf(request: HttpRequest): "account" | "api-key" | undefined {
    const given = basicCredentials(request);
    if (typeof given === "string") return undefined;
    const { accountSid, authToken, secondaryAuthToken, apiKeySid, apiKeySecret } = this.#account;
    if (given.user === apiKeySid && given.password === apiKeySecret) return "api-key";
    return given.user === accountSid && [authToken, secondaryAuthToken].includes(given.password)
      ? "account"
      : undefined;
  }

  #get(path: string, request: HttpRequest, caller: "account" | "api-key"): HttpReply {
    const { accountSid } = this.#account;
    // Source: Twilio, API keys: a standard key has no access to the account itself
    if (path === ".json" && caller === "api-key") return twilioError(20003, "Authenticate");
    if (path === ".json") return json(200, this.#accountResource());
    if (path === "/Messages.json") return messageList(this.#twilio.messages(), accountSid, request.query);
    if (path === "/IncomingPhoneNumbers.json") {
      return numberList(this.#ownNumbers(), { accountSid, search: request.query });
    }
    const [, sid] = /^\/Messages\/(\w+)\.json$/.exec(path) ?? [];
    const message = sid === undefined ? undefined : this.#twilio.get(sid);
    return message ? json(200, messageResource(message, accountSid)) : notFound(request);
  }

  async #post(request: HttpRequest): Promise<HttpReply> {
    const form = formFields(request);
    if (!form) return twilioError(20001, "The body must be a form, each field once.");
    const sending = sendRequestOf(form, (number) => this.#numbers.get(number));
    if ("kind" in sending) return sending;
    return this.#sendFaults.serve([sending.from, sending.to], {
      send: () => this.#send(sending),
      fail: (status, headers) => twilioError(FAULT_CODES[status], FAULT_MESSAGE, { status, headers }),
    });
  }

  #send(request: SendRequest): HttpReply {
    const { from, to } = request;
    const fault = this.#sendFaults.takeRefusal([from, to]);
    if (fault) return twilioError(fault.code ?? 21211, fault.errorMessage, { status: fault.httpStatusCode });
    const number = this.#numbers.get(from);
    if (number.provider === "twilio" && this.#twilio.isRefused(to, number)) {
      return twilioError(21610, "Attempt to send to unsubscribed recipient");
    }
    return json(201, messageResource(this.#twilio.send(request), this.#account.accountSid));
  }

  #ownNumbers(): readonly TwilioNumber[] {
    return this.#numbers.list().filter((number) => number.provider === "twilio");
  }

  #accountResource() {
    const { accountSid } = this.#account;
    return {
      sid: accountSid,
      friendly_name: "Twin",
      owner_account_sid: accountSid,
      status: "active",
      type: "Full",
      uri: `${TWILIO_ROOT}Accounts/${accountSid}.json`,
    };
  }
}

const notFound = ({ path }: HttpRequest): HttpReply =>
  twilioError(20404, `The requested resource ${path} was not found`);
