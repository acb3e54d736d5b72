import { Hono } from "hono";
import { auth } from "hono/utils/basic-auth";
import type { HttpApp, NodeContext, NodeEnv } from "../../http/server.ts";
import { readForm } from "../form.ts";
import type { OwnedNumbers, TwilioNumber } from "../owned-numbers.ts";
import { FAULT_MESSAGE, type FaultStatus, type SendFaults } from "../send-faults.ts";
import type { TwilioAccount } from "./account.ts";
import { twilioError } from "./error.ts";
import { messageResource } from "./message.ts";
import { messageList } from "./message-list.ts";
import type { Twilio } from "./messages.ts";
import { numberList } from "./number-list.ts";
import { type SendRequest, sendRequestOf } from "./send-request.ts";

const ROOT = "/2010-04-01";

const FAULT_CODES: Readonly<Record<FaultStatus, number>> = {
  400: 20001,
  401: 20003,
  429: 20429,
  500: 20500,
  503: 20503,
};

/** Twilio's REST API, version 2010-04-01, in JSON: messages, and the resources that show who owns a number. */
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

  makeApp(): HttpApp {
    const { accountSid } = this.#account;
    const app = new Hono<NodeEnv>();
    const own = `${ROOT}/Accounts/${accountSid}`;
    app.use(`${ROOT}/*`, async (c, next) => (this.#callerOf(c) ? next() : twilioError(20003, "Authenticate")));
    app.post(`${own}/Messages.json`, (c) => this.#create(c));
    app.get(`${own}.json`, (c) => this.#getAccount(c));
    app.get(`${own}/Messages.json`, (c) => messageList(this.#twilio.messages(), accountSid, searchOf(c)));
    app.get(`${own}/Messages/:file`, (c) => this.#getMessage(c));
    app.get(`${own}/IncomingPhoneNumbers.json`, (c) =>
      numberList(this.#ownNumbers(), { accountSid, search: searchOf(c) }),
    );
    app.all(`${ROOT}/*`, (c) =>
      c.req.method !== "GET" && c.req.path.startsWith(own) ? twilioError(20004, "Method not allowed") : notFound(c),
    );
    return app;
  }

  /** @returns undefined for unknown credentials. The secondary token authenticates as well as the primary. */
  #callerOf(c: NodeContext): "account" | "api-key" | undefined {
    const given = auth(c.req.raw);
    const { accountSid, authToken, secondaryAuthToken, apiKeySid, apiKeySecret } = this.#account;
    if (given?.username === apiKeySid && given.password === apiKeySecret) return "api-key";
    return given?.username === accountSid && [authToken, secondaryAuthToken].includes(given.password)
      ? "account"
      : undefined;
  }

  #getAccount(c: NodeContext): Response {
    // Source: Twilio, API keys: a standard key has no access to the account itself
    if (this.#callerOf(c) === "api-key") return twilioError(20003, "Authenticate");
    const { accountSid } = this.#account;
    return Response.json({
      sid: accountSid,
      friendly_name: "Twin",
      owner_account_sid: accountSid,
      status: "active",
      type: "Full",
      uri: `${ROOT}/Accounts/${accountSid}.json`,
    });
  }

  #getMessage(c: NodeContext): Response {
    const [, sid = ""] = /^(\w+)\.json$/.exec(c.req.param("file") ?? "") ?? [];
    const message = this.#twilio.get(sid);
    return message ? Response.json(messageResource(message, this.#account.accountSid)) : notFound(c);
  }

  async #create(c: NodeContext): Promise<Response> {
    const form = await readForm(c);
    if (!form) return twilioError(20001, "The body must be a form, each field once.");
    const request = sendRequestOf(form, (number) => this.#numbers.get(number));
    if (request instanceof Response) return request;
    return this.#sendFaults.serve(c, {
      parties: [request.from, request.to],
      send: () => this.#send(request),
      fail: (status, headers) => twilioError(FAULT_CODES[status], FAULT_MESSAGE, { status, headers }),
    });
  }

  #send(request: SendRequest): Response {
    const { from, to } = request;
    const fault = this.#sendFaults.takeRefusal([from, to]);
    if (fault) return twilioError(fault.code ?? 21211, fault.errorMessage, { status: fault.httpStatusCode });
    const number = this.#numbers.get(from);
    if (number.provider === "twilio" && this.#twilio.isRefused(to, number)) {
      return twilioError(21610, "Attempt to send to unsubscribed recipient");
    }
    const resource = messageResource(this.#twilio.send(request), this.#account.accountSid);
    return Response.json(resource, { status: 201 });
  }

  #ownNumbers(): readonly TwilioNumber[] {
    return this.#numbers.list().filter((number) => number.provider === "twilio");
  }
}

const searchOf = (c: NodeContext): URLSearchParams => new URL(c.req.url).searchParams;

const notFound = (c: NodeContext): Response => twilioError(20404, `The requested resource ${c.req.path} was not found`);
