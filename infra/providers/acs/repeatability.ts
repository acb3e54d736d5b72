import { createHash } from "node:crypto";
import type { SmsClientOptions } from "@azure/communication-sms";

/** A step of the SDK's request pipeline. */
type PipelinePolicy = NonNullable<SmsClientOptions["additionalPolicies"]>[number]["policy"];

/** Headers that carry the id to the policy, which removes them. */
const ID_HEADER = "x-hilo-repeatability-id";
const FIRST_SENT_HEADER = "x-hilo-repeatability-first-sent";

interface SendBody {
  smsRecipients: { repeatabilityRequestId?: string; repeatabilityFirstSent?: string }[];
}

/** @returns the headers that give one request its repeatability id. */
export const repeatabilityHeaders = (messageId: string, firstSentAt: string): Record<string, string> => ({
  [ID_HEADER]: repeatabilityIdOf(messageId),
  [FIRST_SENT_HEADER]: new Date(firstSentAt).toUTCString(),
});

/** @returns a UUID derived from a message id: the same for every attempt in every process (RFC 9562, version 8). */
export const repeatabilityIdOf = (messageId: string): string => {
  const hex = createHash("sha256").update(messageId).digest("hex");
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/**
 * Replaces the repeatability id, which the SDK generates for each call, by our own. Its position must be `perCall`,
 * before the request is signed: the signature covers the body.
 */
export const repeatabilityPolicy: PipelinePolicy = {
  name: "hiloRepeatability",
  sendRequest: (request, next) => {
    const id = request.headers.get(ID_HEADER);
    const firstSent = request.headers.get(FIRST_SENT_HEADER);
    if (id !== undefined && firstSent !== undefined && typeof request.body === "string") {
      const body = JSON.parse(request.body) as SendBody;
      for (const recipient of body.smsRecipients) {
        recipient.repeatabilityRequestId = id;
        recipient.repeatabilityFirstSent = firstSent;
      }
      request.body = JSON.stringify(body);
    }
    request.headers.delete(ID_HEADER);
    request.headers.delete(FIRST_SENT_HEADER);
    return next(request);
  },
};
