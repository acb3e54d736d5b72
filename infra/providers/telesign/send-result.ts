import * as z from "zod";
import { OutcomeUnknownError, TransientError } from "../../../shared/kernel/errors.ts";
import type { SendResult } from "../../../shared/sms/provider.ts";
import type { HttpResponse } from "../http/request.ts";
import { outcomeOf, refusalOf } from "./status-codes.ts";

const transactionSchema = z.object({ reference_id: z.string().min(1), status: z.object({ code: z.int() }) });

/**
 * Interprets the response to a text.
 * @param purpose - names the request in errors.
 * @throws TransientError when the text was not accepted, and may be later.
 * @throws OutcomeUnknownError when it may have been accepted.
 */
export const sendResultOf = ({ status, body }: HttpResponse, purpose: string): SendResult => {
  const transaction = transactionSchema.safeParse(body);
  if (status === 200 && transaction.success) return transactionResult(transaction.data, purpose);
  if (status < 300 || status >= 500 || status === 408) throw new OutcomeUnknownError(`${purpose}: status ${status}`);
  const code = transaction.data?.status.code;
  // Only a 400 is about this text. All else, such as a wrong key, can be corrected, and the text sent later.
  if (status !== 400) throw new TransientError(`${purpose}: status ${status}, code ${code}`);
  return { kind: "refused", failure: refusalOf(code ?? 0), code: String(code ?? status) };
};

/** The status of the transaction counts, not the HTTP status. */
const transactionResult = (
  { reference_id, status: { code } }: z.infer<typeof transactionSchema>,
  purpose: string,
): SendResult => {
  const outcome = outcomeOf(code);
  if (outcome.outcome !== "failed") return { kind: "accepted", providerMessageId: reference_id };
  if (outcome.failure === "provider-unavailable") throw new TransientError(`${purpose}: code ${code}`);
  return { kind: "refused", failure: outcome.failure, code: String(code) };
};
