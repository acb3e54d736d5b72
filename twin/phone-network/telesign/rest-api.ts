import { Hono } from "hono";
import { auth } from "hono/utils/basic-auth";
import type { Clock } from "../../clock.ts";
import type { HttpApp, NodeContext, NodeEnv } from "../../http/server.ts";
import { type Form, readForm } from "../form.ts";
import type { OwnedNumbers } from "../owned-numbers.ts";
import { withoutPlus } from "../phone-number.ts";
import { FAULT_MESSAGE, type FaultStatus, type SendFaults } from "../send-faults.ts";
import type { TelesignAccount } from "./account.ts";
import { newReferenceId, reportOf } from "./message.ts";
import type { SendRequest, Telesign } from "./messages.ts";
import { findFormProblem } from "./send-request.ts";
import { statusOf, type TelesignCode } from "./status.ts";

const ROOT = "/v1/messaging";

const FAULT_CODES: Readonly<Record<FaultStatus, TelesignCode>> = {
  400: 11000,
  401: 10022,
  429: 10019,
  500: 10000,
  503: 10000,
};

/** The sender that TeleSign chooses for a company without a number. */
const SHARED_SENDER = "TELESIGN";

/** TeleSign's SMS API: sends a text and returns its status. Digest authentication is not supported. */
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

  makeApp(): HttpApp {
    const app = new Hono<NodeEnv>();
    app.use(`${ROOT}/*`, async (c, next) => {
      const code = this.#authenticationProblem(c);
      return code === undefined ? next() : this.#errorResponse(401, code);
    });
    app.post(ROOT, (c) => this.#create(c));
    app.get(`${ROOT}/:referenceId`, (c) => {
      const message = this.#telesign.get(c.req.param("referenceId"));
      return message ? Response.json(reportOf(message, message.status)) : this.#errorResponse(404, 10017);
    });
    app.all(`${ROOT}/*`, () => this.#errorResponse(405, 500));
    return app;
  }

  #authenticationProblem(c: NodeContext): TelesignCode | undefined {
    if (!c.req.header("authorization")) return 10009;
    const given = auth(c.req.raw);
    if (!given) return 10028;
    if (given.username !== this.#account.customerId) return 10015;
    return given.password === this.#account.apiKey ? undefined : 10022;
  }

  async #create(c: NodeContext): Promise<Response> {
    const form = await readForm(c);
    if (!form) return this.#errorResponse(400, 509);
    const problem = findFormProblem(form);
    if (problem !== undefined) return this.#errorResponse(400, problem, { form });
    const from = this.#senderOf(form);
    if (from === undefined) return this.#errorResponse(400, 11013, { form });
    const request = {
      from,
      to: `+${form.phone_number}`,
      text: form.message ?? "",
      externalId: form.external_id,
      callbackUrl: form.callback_url,
    };
    return this.#sendFaults.serve(c, {
      parties: [from, request.to],
      send: () => this.#send(request, form),
      fail: (status, headers) =>
        this.#errorResponse(status, FAULT_CODES[status], { form, headers, description: FAULT_MESSAGE }),
    });
  }

  #send(request: SendRequest, form: Form): Response {
    const fault = this.#sendFaults.takeRefusal([request.from, request.to]);
    if (fault) {
      return this.#errorResponse(fault.httpStatusCode, fault.code ?? 11000, { form, description: fault.errorMessage });
    }
    const { messageId, status, externalId } = this.#telesign.send(request);
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
    { form = {}, headers = {}, description }: { form?: Form; headers?: Form; description?: string } = {},
  ): Response {
    const body = {
      reference_id: newReferenceId(),
      status: statusOf(code, this.#clock.now(), description),
      ...(form.external_id !== undefined && { external_id: form.external_id }),
    };
    return Response.json(body, { status, headers });
  }
}
