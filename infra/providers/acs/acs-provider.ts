import type { SmsClient, SmsSendResult } from "@azure/communication-sms";
import { TransientError } from "../../../shared/kernel/errors.ts";
import type { Address } from "../../../shared/sms/address.ts";
import type {
  DeliveryReport,
  InboundText,
  OutboundText,
  Parsed,
  ProviderCapabilities,
  SendResult,
  SmsProvider,
  Verification,
} from "../../../shared/sms/provider.ts";
import type { Connection } from "../../connection.ts";
import { credentialFor } from "../../sdk/credential.ts";
import { once } from "../../sdk/once.ts";
import { CARRIER_KEYWORDS } from "../carrier-keywords.ts";
import { acsFaultOf } from "./acs-fault.ts";
import { repeatabilityHeaders, repeatabilityPolicy } from "./repeatability.ts";
import { parseReceivedEvent, parseReportEvent } from "./sms-events.ts";

/** The wait for a busy provider, inside one attempt; past it the message is delivered to us again. */
const RETRY = { maxRetries: 3, retryDelayInMs: 500, maxRetryDelayInMs: 10_000 };
/** One attempt, retries included, in milliseconds: well within the lock on the message that asks for it. */
const TIMEOUT_MS = 60_000;

/** Statuses that a later attempt may not get: too many requests, and whatever the service says of itself. */
const mayPass = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** Sources: ACS SMS service limits and FAQ (who answers STOP, texts in 60 seconds), REST API (longest message). */
const CAPABILITIES: ProviderCapabilities = {
  retrySafety: "idempotent",
  hasDeliveryReports: true,
  maxTextLength: 2048,
  handledKeywords: {
    "toll-free": CARRIER_KEYWORDS,
    "short-code": [...CARRIER_KEYWORDS, "HELP"],
    "long-code": [],
    mobile: [],
  },
  segmentsPerMinute: { "toll-free": 200, "short-code": 6000 },
};

/** Azure Communication Services. */
export class AcsProvider implements SmsProvider {
  readonly capabilities = CAPABILITIES;
  readonly #client: () => Promise<SmsClient>;

  /** @param identityClientId - which user-assigned identity to use; the system's own without it. */
  constructor(connection: Connection, identityClientId?: string) {
    this.#client = once(() => connect(connection, identityClientId));
  }

  parseReceived(event: unknown): Parsed<InboundText> {
    return parseReceivedEvent(event);
  }

  parseReport(event: unknown): Parsed<DeliveryReport> {
    return parseReportEvent(event);
  }

  async send({ messageId, from, to, text, firstSentAt, tag }: OutboundText): Promise<SendResult> {
    try {
      const client = await this.#client();
      const [result] = await client.send(
        { from, to: [to], message: text },
        {
          enableDeliveryReport: true,
          tag,
          abortSignal: AbortSignal.timeout(TIMEOUT_MS),
          requestOptions: { customHeaders: repeatabilityHeaders(messageId, firstSentAt) },
        },
      );
      return answerOf(messageId, result);
    } catch (cause) {
      const fault = acsFaultOf(cause);
      if (!fault) throw cause;
      // Only a 400 is about this text. All else, even a wrong key, may be mended, and the same request sent again.
      if (fault.status === 400) return refused(400);
      throw new TransientError(`ACS: cannot send ${messageId}`, { cause });
    }
  }

  async verify(number: Address): Promise<Verification> {
    try {
      const client = await this.#client();
      await client.send({ from: number, to: [NOBODY], message: "-" }, { abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
      return { checks: [{ ok: true, message: "Azure Communication Services takes requests of this app." }, UNTOLD] };
    } catch (cause) {
      const fault = acsFaultOf(cause);
      if (!fault) throw cause;
      if (fault.status === undefined) throw new TransientError("ACS: cannot be reached to verify a number", { cause });
      return { checks: [{ ok: false, message: findingOf(fault.status) }] };
    }
  }
}

/** A number that nobody can have: to text it has no effect. */
const NOBODY = "+10";

/** A request that succeeds may hold a recipient that failed. */
const answerOf = (messageId: string, result: SmsSendResult | undefined): SendResult => {
  if (result?.successful && result.messageId !== undefined) {
    return { kind: "accepted", providerMessageId: result.messageId };
  }
  if (!result || mayPass(result.httpStatusCode)) throw new TransientError(`ACS: cannot take ${messageId} now`);
  return refused(result.httpStatusCode);
};

/** The service checks who owns a number only when a text goes out. */
const UNTOLD = {
  ok: true,
  message: "It does not tell beforehand whether the number belongs to the resource: text it once to be sure.",
};

const findingOf = (status: number): string => {
  switch (status) {
    case 400:
      return "Azure Communication Services refuses this number as a sender: check that it was bought in this resource.";
    case 401:
    case 403:
      return "Azure Communication Services refuses this app: check its role on the resource, or the connection string.";
    case 404:
      return "There is no Azure Communication Services resource at this endpoint: check ACS_ENDPOINT.";
    default:
      return `Azure Communication Services answers with status ${status}: try again later.`;
  }
};

/** A status says no more than that this text will not be sent. */
const refused = (status: number): SendResult => ({
  kind: "refused",
  failure: "text-rejected",
  code: String(status),
});

const connect = async (acs: Connection, identityClientId: string | undefined): Promise<SmsClient> => {
  const { SmsClient } = await (await import("../../sdk/sdks.ts")).communicationSms();
  const additionalPolicies = [{ policy: repeatabilityPolicy, position: "perCall" as const }];
  if (acs.kind === "identity") {
    const options = { retryOptions: RETRY, additionalPolicies };
    return new SmsClient(acs.endpoint, await credentialFor(identityClientId), options);
  }
  const allowInsecureConnection = /endpoint=http:/i.test(acs.connectionString);
  return new SmsClient(acs.connectionString, { retryOptions: RETRY, additionalPolicies, allowInsecureConnection });
};
