import { Hono } from "hono";
import { auth } from "hono/utils/basic-auth";
import type { HttpApp, NodeContext, NodeEnv } from "../../http/app-server.ts";
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
import { readSendRequest } from "./send-request.ts";

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
export const twilioRestApi = ({
  account,
  numbers,
  sendFaults,
  messages,
}: {
  account: Account<TwilioAccount>;
  numbers: OwnedNumbers;
  sendFaults: SendFaults;
  messages: TwilioMessages;
}): HttpApp => {
  const sidOfAccount = () => account.settings.accountSid;
  const app = new Hono<NodeEnv>();

  app.use(`${ROOT}/*`, async (c, next) =>
    callerOf(c, account.settings) ? next() : twilioError(20003, "Authenticate"),
  );
  app.use(`${ACCOUNT}/*`, async (c, next) =>
    withoutExtension(c.req.param("account")) === sidOfAccount() ? next() : notFound(c),
  );

  app.get(`${ROOT}/Accounts/:file{[^/]+\\.json}`, (c) =>
    // Source: Twilio, API keys: a standard key has no access to the account resource
    callerOf(c, account.settings) === "api-key"
      ? twilioError(20003, "Authenticate")
      : Response.json(accountResource(sidOfAccount())),
  );
  app.get(`${ACCOUNT}/Messages.json`, (c) => messageList(messages.list(), sidOfAccount(), searchOf(c)));
  app.get(`${ACCOUNT}/Messages/:file{[^/]+\\.json}`, (c) => {
    const message = messages.get(withoutExtension(c.req.param("file")));
    return message ? Response.json(messageResource(message, sidOfAccount())) : notFound(c);
  });
  app.get(`${ACCOUNT}/IncomingPhoneNumbers.json`, (c) =>
    numberList(numbers.listOf(twilioNumberSchema), sidOfAccount(), searchOf(c)),
  );
  app.post(`${ACCOUNT}/Messages.json`, (c) =>
    serveFormSend(c, sendFaults, {
      errorCodes: ERROR_CODES,
      read: (form) => readSendRequest(form, (number) => numbers.get(number)),
      send: (request) =>
        messages.isRefused(request.to, numbers.get(request.from))
          ? twilioError(21610, "Attempt to send to unsubscribed recipient")
          : Response.json(messageResource(messages.send(request), sidOfAccount()), { status: 201 }),
      fail: ({ code, message, ...options }) => twilioError(code, message, options),
    }),
  );

  app.get(`${ROOT}/*`, notFound);
  app.all(`${ACCOUNT}/*`, () => twilioError(20004, "Method not allowed"));
  app.all(`${ROOT}/*`, notFound);
  return app;
};

/** @returns undefined for unknown credentials. Both auth tokens authenticate the account. */
const callerOf = (c: NodeContext, account: TwilioAccount): "account" | "api-key" | undefined => {
  const given = auth(c.req.raw);
  if (given?.username === account.apiKeySid && given.password === account.apiKeySecret) return "api-key";
  const authTokens = [account.authToken, account.secondaryAuthToken];
  return given?.username === account.accountSid && authTokens.includes(given.password) ? "account" : undefined;
};

const accountResource = (accountSid: string) => ({
  sid: accountSid,
  friendly_name: "Twin",
  owner_account_sid: accountSid,
  status: "active",
  type: "Full",
  uri: `${ROOT}/Accounts/${accountSid}.json`,
});

const withoutExtension = (file: string): string => file.replace(/\.json$/, "");

const searchOf = (c: NodeContext): URLSearchParams => new URL(c.req.url).searchParams;

const notFound = (c: NodeContext): Response => twilioError(20404, `The requested resource ${c.req.path} was not found`);
