import * as z from "zod";
import { OutcomeUnknownError, TransientError } from "../../../shared/kernel/errors.ts";
import type { SendResult } from "../../../shared/sms/provider.ts";
import type { HttpResponse } from "../http/request.ts";
import { isRefusalStatus, isSetupStatus } from "../http/status.ts";
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
  const code = transaction.data?.status.code;
  if (isSetupStatus(status)) throw new TransientError(`${purpose}: status ${status}, code ${code}`);
  if (!isRefusalStatus(status)) throw new OutcomeUnknownError(`${purpose}: status ${status}`);
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
