import type { SmsClient, SmsSendResult } from "@azure/communication-sms";
import * as z from "zod";
import { TransientError } from "../../shared/errors.ts";
import type {
  DeliveryReport,
  InboundText,
  OutboundText,
  Parsed,
  SendResult,
  SmsProvider,
} from "../../shared/sms/provider.ts";
import type { Config } from "../config.ts";
import { credentialFor } from "../credential.ts";
import { lazy } from "../lazy.ts";
import { repeatabilityHeaders, repeatabilityPolicy } from "./repeatability.ts";
import { parseReceivedEvent, parseReportEvent } from "./sms-events.ts";

/** The wait for a busy provider, inside one attempt; past it the message is delivered to us again. */
const RETRY = { maxRetries: 3, retryDelayInMs: 500, maxRetryDelayInMs: 10_000 };
/** One attempt, retries included, in milliseconds: well within the lock on the message that asks for it. */
const TIMEOUT_MS = 60_000;

const failureSchema = z.object({ statusCode: z.number() });

/** Statuses that a later attempt may not get: too many requests, and whatever the service says of itself. */
const mayPass = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** Azure Communication Services. */
export class AcsProvider implements SmsProvider {
  readonly #client: () => Promise<SmsClient>;

  constructor(config: Config) {
    this.#client = lazy(() => connect(config));
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
      if (cause instanceof TransientError) throw cause;
      const failure = failureSchema.safeParse(cause);
      // 400 is about this very text; everything else (a key that is wrong, a network that is down) can be mended.
      if (failure.success && failure.data.statusCode === 400) return refused(400);
      throw new TransientError(`ACS: cannot send ${messageId}`, { cause });
    }
  }
}

/** A request that succeeds may hold a recipient that failed. */
const answerOf = (messageId: string, result: SmsSendResult | undefined): SendResult => {
  if (result?.successful && result.messageId !== undefined) {
    return { kind: "accepted", providerMessageId: result.messageId };
  }
  if (!result || mayPass(result.httpStatusCode)) throw new TransientError(`ACS: cannot take ${messageId} now`);
  return refused(result.httpStatusCode);
};

/** A status says no more than that this text will not be sent. */
const refused = (status: number): SendResult => ({
  kind: "refused",
  failure: "text-rejected",
  code: String(status),
});

const connect = async ({ acs, identityClientId }: Config): Promise<SmsClient> => {
  const { SmsClient } = await (await import("../sdks.ts")).communicationSms();
  const additionalPolicies = [{ policy: repeatabilityPolicy, position: "perCall" as const }];
  if (acs.kind === "identity") {
    const options = { retryOptions: RETRY, additionalPolicies };
    return new SmsClient(acs.endpoint, await credentialFor(identityClientId), options);
  }
  const allowInsecureConnection = /endpoint=http:/i.test(acs.connectionString);
  return new SmsClient(acs.connectionString, { retryOptions: RETRY, additionalPolicies, allowInsecureConnection });
};
