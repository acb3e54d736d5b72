import { Hono } from "hono";
import { auth } from "hono/utils/basic-auth";
import type { Clock } from "../../clock.ts";
import type { HttpApp, NodeContext, NodeEnv } from "../../http/server.ts";
import type { Account } from "../account.ts";
import type { Form } from "../form.ts";
import { serveFormSend } from "../form-send.ts";
import type { OwnedNumbers } from "../owned-numbers.ts";
import { withoutPlus } from "../phone-number.ts";
import type { SendFaults } from "../send-faults.ts";
import type { TelesignAccount } from "./account.ts";
import { newReferenceId, reportOf } from "./message.ts";
import type { TelesignMessages } from "./messages.ts";
import { findFormProblem, type SendRequest } from "./send-request.ts";
import { statusOf, type TelesignCode } from "./status.ts";

const ROOT = "/v1/messaging";

const ERROR_CODES = {
  malformed: 509,
  invalidRecipient: 11000,
  400: 11000,
  401: 10022,
  429: 10019,
  500: 10000,
  503: 10000,
} as const;

/** The sender that TeleSign chooses for a company without a number. */
const SHARED_SENDER = "TELESIGN";

/** TeleSign's SMS API: sends a text and returns its status. Digest authentication is not supported. */
export class TelesignRestApi {
  readonly #clock: Clock;
  readonly #account: Account<TelesignAccount>;
  readonly #numbers: OwnedNumbers;
  readonly #sendFaults: SendFaults;
  readonly #messages: TelesignMessages;

  constructor(parts: {
    clock: Clock;
    account: Account<TelesignAccount>;
    numbers: OwnedNumbers;
    sendFaults: SendFaults;
    messages: TelesignMessages;
  }) {
    this.#clock = parts.clock;
    this.#account = parts.account;
    this.#numbers = parts.numbers;
    this.#sendFaults = parts.sendFaults;
    this.#messages = parts.messages;
  }

  makeApp(): HttpApp {
    const app = new Hono<NodeEnv>();
    app.use(`${ROOT}/*`, async (c, next) => {
      const code = this.#findAuthenticationProblem(c);
      return code === undefined ? next() : this.#errorResponse(401, code);
    });
    app.post(ROOT, (c) => this.#createMessage(c));
    app.get(`${ROOT}/:referenceId`, (c) => {
      const message = this.#messages.get(c.req.param("referenceId"));
      return message ? Response.json(reportOf(message, message.status)) : this.#errorResponse(404, 10017);
    });
    app.all(`${ROOT}/*`, () => this.#errorResponse(405, 500));
    return app;
  }

  #findAuthenticationProblem(c: NodeContext): TelesignCode | undefined {
    if (!c.req.header("authorization")) return 10009;
    const given = auth(c.req.raw);
    if (!given) return 10028;
    const { customerId, apiKey } = this.#account.settings;
    if (given.username !== customerId) return 10015;
    return given.password === apiKey ? undefined : 10022;
  }

  #createMessage(c: NodeContext): Promise<Response> {
    return serveFormSend(c, this.#sendFaults, {
      errorCodes: ERROR_CODES,
      read: (form) => this.#read(form),
      send: (request) => this.#send(request),
      fail: ({ status, code, message, headers }, form) =>
        this.#errorResponse(status, code, { form, headers, description: message }),
    });
  }

  #read(form: Form): SendRequest | Response {
    const problem = findFormProblem(form);
    if (problem !== undefined) return this.#errorResponse(400, problem, { form });
    const from = this.#senderOf(form);
    if (from === undefined) return this.#errorResponse(400, 11013, { form });
    return {
      from,
      to: `+${form.phone_number}`,
      text: form.message ?? "",
      externalId: form.external_id,
      callbackUrl: form.callback_url,
    };
  }

  #send(request: SendRequest): Response {
    const { messageId, status, externalId } = this.#messages.send(request);
    return Response.json({
      reference_id: messageId,
      status,
      ...(externalId !== undefined && { external_id: externalId }),
    });
  }

  /** A sender id must be one that TeleSign allows: in the twin, a number of the account. */
  #senderOf({ sender_id: senderId }: Form): string | undefined {
    const numbers = this.#numbers.list().filter(({ provider }) => provider === "telesign");
    if (senderId === undefined) return numbers[0]?.number ?? SHARED_SENDER;
    return numbers.find(({ number }) => withoutPlus(number) === senderId)?.number;
  }

  #errorResponse(
    status: number,
    code: number,
    { form = {}, headers = {}, description }: { form?: Form; headers?: Form | undefined; description?: string } = {},
  ): Response {
    const body = {
      reference_id: newReferenceId(),
      status: statusOf(code, this.#clock.now(), description),
      ...(form.external_id !== undefined && { external_id: form.external_id }),
    };
    return Response.json(body, { status, headers });
  }
}
