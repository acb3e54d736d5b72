import { Hono } from "hono";
import { auth } from "hono/utils/basic-auth";
import type { HttpApp, NodeContext, NodeEnv } from "../../http/server.ts";
import type { Account } from "../account.ts";
import { serveFormSend } from "../form-send.ts";
import type { OwnedNumbers } from "../owned-numbers.ts";
import type { SendFaults } from "../send-faults.ts";
import type { TwilioAccount } from "./account.ts";
import { twilioError } from "./error.ts";
import { messageResource } from "./message.ts";
import { messageList } from "./message-list.ts";
import type { TwilioMessages } from "./messages.ts";
import { twilioNumberSchema } from "./number.ts";
import { numberList } from "./number-list.ts";
import { readSendRequest, type SendRequest } from "./send-request.ts";

const ROOT = "/2010-04-01";
const ACCOUNT = `${ROOT}/Accounts/:account`;

const ERROR_CODES = {
  malformed: 20001,
  invalidRecipient: 21211,
  400: 20001,
  401: 20003,
  429: 20429,
  500: 20500,
  503: 20503,
} as const;

/** Twilio's REST API, version 2010-04-01, in JSON: messages, numbers and the account. */
export class TwilioRestApi {
  readonly #account: Account<TwilioAccount>;
  readonly #numbers: OwnedNumbers;
  readonly #sendFaults: SendFaults;
  readonly #messages: TwilioMessages;

  constructor(parts: {
    account: Account<TwilioAccount>;
    numbers: OwnedNumbers;
    sendFaults: SendFaults;
    messages: TwilioMessages;
  }) {
    this.#account = parts.account;
    this.#numbers = parts.numbers;
    this.#sendFaults = parts.sendFaults;
    this.#messages = parts.messages;
  }

  makeApp(): HttpApp {
    const app = new Hono<NodeEnv>();
    app.use(`${ROOT}/*`, async (c, next) => (this.#callerOf(c) ? next() : twilioError(20003, "Authenticate")));
    app.use(`${ACCOUNT}/*`, async (c, next) => (this.#isOwn(c.req.param("account")) ? next() : notFound(c)));
    app.get(`${ROOT}/Accounts/:file{[^/]+\\.json}`, (c) => this.#getAccount(c));
    app.post(`${ACCOUNT}/Messages.json`, (c) => this.#createMessage(c));
    app.get(`${ACCOUNT}/Messages.json`, (c) => messageList(this.#messages.list(), this.#accountSid, searchOf(c)));
    app.get(`${ACCOUNT}/Messages/:file{[^/]+\\.json}`, (c) => this.#getMessage(c, c.req.param("file")));
    app.get(`${ACCOUNT}/IncomingPhoneNumbers.json`, (c) =>
      numberList(this.#numbers.listOf(twilioNumberSchema), this.#accountSid, searchOf(c)),
    );
    app.get(`${ROOT}/*`, notFound);
    app.all(`${ACCOUNT}/*`, () => twilioError(20004, "Method not allowed"));
    app.all(`${ROOT}/*`, notFound);
    return app;
  }

  get #accountSid(): string {
    return this.#account.settings.accountSid;
  }

  /** @param segment - of the path: the SID of an account, with ".json" for the account resource. */
  #isOwn(segment: string): boolean {
    return segment.replace(/\.json$/, "") === this.#accountSid;
  }

  /** @returns undefined for unknown credentials. Both auth tokens authenticate the account. */
  #callerOf(c: NodeContext): "account" | "api-key" | undefined {
    const given = auth(c.req.raw);
    const { accountSid, authToken, secondaryAuthToken, apiKeySid, apiKeySecret } = this.#account.settings;
    if (given?.username === apiKeySid && given.password === apiKeySecret) return "api-key";
    return given?.username === accountSid && [authToken, secondaryAuthToken].includes(given.password)
      ? "account"
      : undefined;
  }

  #getAccount(c: NodeContext): Response {
    // Source: Twilio, API keys: a standard key has no access to the account resource
    if (this.#callerOf(c) === "api-key") return twilioError(20003, "Authenticate");
    return Response.json({
      sid: this.#accountSid,
      friendly_name: "Twin",
      owner_account_sid: this.#accountSid,
      status: "active",
      type: "Full",
      uri: `${ROOT}/Accounts/${this.#accountSid}.json`,
    });
  }

  #getMessage(c: NodeContext, file: string): Response {
    const message = this.#messages.get(file.replace(/\.json$/, ""));
    return message ? Response.json(messageResource(message, this.#accountSid)) : notFound(c);
  }

  #createMessage(c: NodeContext): Promise<Response> {
    return serveFormSend(c, this.#sendFaults, {
      errorCodes: ERROR_CODES,
      read: (form) => readSendRequest(form, (number) => this.#numbers.get(number)),
      send: (request) => this.#send(request),
      fail: ({ code, message, ...options }) => twilioError(code, message, options),
    });
  }

  #send(request: SendRequest): Response {
    if (this.#messages.isRefused(request.to, this.#numbers.get(request.from))) {
      return twilioError(21610, "Attempt to send to unsubscribed recipient");
    }
    return Response.json(messageResource(this.#messages.send(request), this.#accountSid), { status: 201 });
  }
}

const searchOf = (c: NodeContext): URLSearchParams => new URL(c.req.url).searchParams;

const notFound = (c: NodeContext): Response => twilioError(20404, `The requested resource ${c.req.path} was not found`);
