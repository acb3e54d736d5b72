import { createHash } from "node:crypto";
import type { SmsClientOptions } from "@azure/communication-sms";

/** A step of the SDK's request pipeline. */
type PipelinePolicy = NonNullable<SmsClientOptions["additionalPolicies"]>[number]["policy"];

/** Headers on which an id travels to the policy; they never leave the process. */
const ID_HEADER = "x-hilo-repeatability-id";
const FIRST_SENT_HEADER = "x-hilo-repeatability-first-sent";

interface SendBody {
  smsRecipients: { repeatabilityRequestId?: string; repeatabilityFirstSent?: string }[];
}

/** The headers that give one send its repeatability id. */
export const repeatabilityHeaders = (messageId: string, firstSentAt: string): Record<string, string> => ({
  [ID_HEADER]: repeatabilityIdOf(messageId),
  [FIRST_SENT_HEADER]: new Date(firstSentAt).toUTCString(),
});

/** A UUID made of a message's id: the same in every process and at every attempt (the form of RFC 9562, version 8). */
export const repeatabilityIdOf = (messageId: string): string => {
  const hex = createHash("sha256").update(messageId).digest("hex");
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/**
 * Puts our own repeatability id into the request, in place of the random one that the SDK makes anew for each call.
 * It has to stand at `perCall`, before the request is signed: the signature covers the body.
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
