import * as z from "zod";
import { OutcomeUnknownError, TransientError } from "../../../shared/kernel/errors.ts";
import type { SendResult } from "../../../shared/sms/provider.ts";
import type { HttpResponse } from "../http/request.ts";
import { failureOf } from "./error-codes.ts";
import { errorCodeOf } from "./twilio-api.ts";

export const accepted = (providerMessageId: string): SendResult => ({ kind: "accepted", providerMessageId });

const messageSchema = z.object({ sid: z.string().min(1) });
/** The token, the address of the API and the like: nothing about this text, and an operator can mend it. */
const MENDABLE: readonly number[] = [401, 403, 404];
/** The token is refused; the number has too many texts waiting at Twilio. Source: Twilio, error dictionary. */
const NOT_NOW: readonly (string | undefined)[] = ["20003", "21611"];

/**
 * What an answer to a text means.
 * @throws TransientError when the text was not taken. @throws OutcomeUnknownError when it may have been.
 */
export const resultOf = (answer: HttpResponse, purpose: string): SendResult => {
  const { status, body } = answer;
  const message = messageSchema.safeParse(body);
  if (status === 201 && message.success) return accepted(message.data.sid);
  const code = errorCodeOf(answer);
  if ((status >= 300 && status < 400) || MENDABLE.includes(status) || NOT_NOW.includes(code)) {
    throw new TransientError(`${purpose}: status ${status}, code ${code}`);
  }
  if (status < 300 || status >= 500 || status === 408) throw new OutcomeUnknownError(`${purpose}: status ${status}`);
  return { kind: "refused", failure: failureOf(code), code: code ?? String(status) };
};
