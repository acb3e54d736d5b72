import type { SmsClient, SmsSendResult } from "@azure/communication-sms";
import { TransientError } from "../../../shared/kernel/errors.ts";
import type { Address } from "../../../shared/sms/address.ts";
import type {
  OutboundText,
  ProviderCapabilities,
  SendResult,
  SmsProvider,
  Verification,
} from "../../../shared/sms/provider.ts";
import type { Connection } from "../../config/connection.ts";
import { credentialFor } from "../../sdk/credential.ts";
import { once } from "../../sdk/once.ts";
import { isNetworkFault, requestFaultOf } from "../../sdk/sdk-faults.ts";
import { CARRIER_KEYWORDS } from "../carrier-keywords.ts";
import { isRefusalStatus, isSetupStatus, isUnavailableStatus } from "../http/status.ts";
import type { ProviderContext } from "../provider-setup.ts";
import { repeatabilityHeaders, repeatabilityPolicy } from "./repeatability.ts";
import { parseReceivedEvent, parseReportEvent } from "./sms-events.ts";
import { acceptedCheck, failedCheck } from "./verification.ts";

/** The message is postponed instead: a retry of the SDK would hold a place in the queue. */
const NO_RETRY = { maxRetries: 0 };
/** Limit for one attempt, in milliseconds: well within the lock on the queued request. */
const TIMEOUT_MS = 60_000;

/** Sources: ACS SMS service limits and FAQ (who replies to STOP, texts in 60 seconds), REST API (longest message). */
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

/** The part of the context that the provider uses. */
type AcsContext = Pick<ProviderContext, "identityClientId">;

/** Azure Communication Services. */
export class AcsProvider implements SmsProvider {
  readonly capabilities = CAPABILITIES;
  readonly parseReceived = parseReceivedEvent;
  readonly parseReport = parseReportEvent;
  readonly #client: () => Promise<SmsClient>;

  constructor(connection: Connection, context: AcsContext) {
    this.#client = once(() => connect(connection, context));
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
      return sendResultOf(messageId, result);
    } catch (cause) {
      const fault = requestFaultOf(cause);
      if (!fault) throw cause;
      const { status } = fault;
      if (isTransient(cause, status)) throw new TransientError(`ACS: cannot send ${messageId}`, { cause });
      if (status === undefined || !isRefusalStatus(status)) throw cause;
      return refused(status);
    }
  }

  async ping(): Promise<void> {
    try {
      const client = await this.#client();
      await client.send(
        { from: UNASSIGNED_NUMBER, to: [UNASSIGNED_NUMBER], message: "-" },
        { abortSignal: AbortSignal.timeout(TIMEOUT_MS) },
      );
    } catch (cause) {
      const fault = requestFaultOf(cause);
      if (!fault) throw cause;
      // The service authenticates the app before it refuses the sender.
      if (fault.status !== 400) throw new TransientError("ACS: does not accept requests of this app", { cause });
    }
  }

  async verify(number: Address): Promise<Verification> {
    try {
      const client = await this.#client();
      await client.send(
        { from: number, to: [UNASSIGNED_NUMBER], message: "-" },
        { abortSignal: AbortSignal.timeout(TIMEOUT_MS) },
      );
      return acceptedCheck;
    } catch (cause) {
      const fault = requestFaultOf(cause);
      if (!fault) throw cause;
      if (fault.status === undefined) throw new TransientError("ACS: cannot be reached to verify a number", { cause });
      return failedCheck(fault.status);
    }
  }
}

/** A number that cannot exist: a text to it has no effect, and none can come from it. */
const UNASSIGNED_NUMBER = "+10";

/** Whether the same request, which has one effect, may be accepted later. */
const isTransient = (cause: unknown, status: number | undefined): boolean =>
  status === undefined || isSetupStatus(status) || isUnavailableStatus(status) || isNetworkFault(cause);

/** Interprets the result for the recipient, which may have failed although the request succeeded. */
const sendResultOf = (messageId: string, result: SmsSendResult | undefined): SendResult => {
  if (result?.successful && result.messageId !== undefined) {
    return { kind: "accepted", providerMessageId: result.messageId };
  }
  if (!result || isUnavailableStatus(result.httpStatusCode)) {
    throw new TransientError(`ACS: cannot send ${messageId} now`);
  }
  return refused(result.httpStatusCode);
};

/** The status does not say why the text is refused. */
const refused = (status: number): SendResult => ({
  kind: "refused",
  failure: "text-rejected",
  code: String(status),
});

const connect = async (acs: Connection, { identityClientId }: AcsContext): Promise<SmsClient> => {
  const { SmsClient } = await (await import("../../sdk/sdks.ts")).communicationSms();
  const options = {
    retryOptions: NO_RETRY,
    additionalPolicies: [{ policy: repeatabilityPolicy, position: "perCall" as const }],
  };
  if (acs.kind === "identity") return new SmsClient(acs.endpoint, await credentialFor(identityClientId), options);
  const allowInsecureConnection = /endpoint=http:/i.test(acs.connectionString);
  return new SmsClient(acs.connectionString, { ...options, allowInsecureConnection });
};
