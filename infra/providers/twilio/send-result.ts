import * as z from "zod";
import { OutcomeUnknownError, TransientError } from "../../../shared/kernel/errors.ts";
import type { SendResult } from "../../../shared/sms/provider.ts";
import type { HttpResponse } from "../http/request.ts";
import { isRefusalStatus, isSetupStatus } from "../http/status.ts";
import { failureOf } from "./error-codes.ts";
import { errorCodeOf } from "./twilio-api.ts";

export const accepted = (providerMessageId: string): SendResult => ({ kind: "accepted", providerMessageId });

const messageSchema = z.object({ sid: z.string().min(1) });
/** The token is refused; the queue of the number is full; maintenance. Source: Twilio, error dictionary. */
const TRANSIENT_CODES: readonly (string | undefined)[] = ["20003", "21611", "21730"];

/**
 * Interprets the response to a text.
 * @param purpose - names the request in errors.
 * @throws TransientError when the text was not accepted, and may be later.
 * @throws OutcomeUnknownError when it may have been accepted.
 */
export const sendResultOf = (response: HttpResponse, purpose: string): SendResult => {
  const { status, body } = response;
  const message = messageSchema.safeParse(body);
  if (status === 201 && message.success) return accepted(message.data.sid);
  const code = errorCodeOf(response);
  if (isSetupStatus(status) || TRANSIENT_CODES.includes(code)) {
    throw new TransientError(`${purpose}: status ${status}, code ${code}`);
  }
  if (!isRefusalStatus(status)) throw new OutcomeUnknownError(`${purpose}: status ${status}`);
  return { kind: "refused", failure: failureOf(code), code: code ?? String(status) };
};
