import { Hono } from "hono";
import { auth } from "hono/utils/basic-auth";
import type { Clock } from "../../clock.ts";
import type { HttpApp, NodeContext, NodeEnv } from "../../http/app-server.ts";
import type { Account } from "../account.ts";
import type { Form } from "../form.ts";
import { serveFormSend } from "../form-send.ts";
import type { OwnedNumbers } from "../owned-numbers.ts";
import type { SendFaults } from "../send-faults.ts";
import type { TelesignAccount } from "./account.ts";
import { newReferenceId, reportOf, type TelesignMessage } from "./message.ts";
import type { TelesignMessages } from "./messages.ts";
import { telesignNumberSchema } from "./number.ts";
import { readSendRequest } from "./send-request.ts";
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

/** TeleSign's SMS API: sends a text and returns its status. Digest authentication is not supported. */
export const telesignRestApi = ({
  clock,
  account,
  numbers,
  sendFaults,
  messages,
}: {
  clock: Clock;
  account: Account<TelesignAccount>;
  numbers: OwnedNumbers;
  sendFaults: SendFaults;
  messages: TelesignMessages;
}): HttpApp => {
  const fail = ({ status, code, message, headers = {} }: Failure, form: Form = {}): Response => {
    const body = {
      reference_id: newReferenceId(),
      status: statusOf(code, clock.now(), message),
      ...(form.external_id !== undefined && { external_id: form.external_id }),
    };
    return Response.json(body, { status, headers });
  };
  const app = new Hono<NodeEnv>();

  app.use(`${ROOT}/*`, async (c, next) => {
    const code = findAuthenticationProblem(c, account.settings);
    return code === undefined ? next() : fail({ status: 401, code });
  });
  app.get(`${ROOT}/:referenceId`, (c) => {
    const message = messages.get(c.req.param("referenceId"));
    return message ? Response.json(reportOf(message, message.status)) : fail({ status: 404, code: 10017 });
  });
  app.post(ROOT, (c) =>
    serveFormSend(c, sendFaults, {
      errorCodes: ERROR_CODES,
      read: (form) => {
        const request = readSendRequest(form, numbers.listOf(telesignNumberSchema));
        return typeof request === "number" ? fail({ status: 400, code: request }, form) : request;
      },
      send: (request) => Response.json(sendResult(messages.send(request))),
      fail,
    }),
  );
  app.all(`${ROOT}/*`, () => fail({ status: 405, code: 500 }));
  return app;
};

interface Failure {
  /** HTTP status. */
  readonly status: number;
  readonly code: number;
  /** The documented description of the code by default. */
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const findAuthenticationProblem = (c: NodeContext, account: TelesignAccount): TelesignCode | undefined => {
  if (!c.req.header("authorization")) return 10009;
  const given = auth(c.req.raw);
  if (!given) return 10028;
  if (given.username !== account.customerId) return 10015;
  return given.password === account.apiKey ? undefined : 10022;
};

const sendResult = ({ messageId, status, externalId }: TelesignMessage) => ({
  reference_id: messageId,
  status,
  ...(externalId !== undefined && { external_id: externalId }),
});
