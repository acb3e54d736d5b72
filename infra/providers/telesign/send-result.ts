import * as z from "zod";
import { OutcomeUnknownError, TransientError } from "../../../shared/kernel/errors.ts";
import type { SendResult } from "../../../shared/sms/provider.ts";
import type { HttpResponse } from "../http/request.ts";
import { meaningOf, refusalOf } from "./status-codes.ts";

const answerSchema = z.object({ reference_id: z.string().min(1), status: z.object({ code: z.int() }) });

/**
 * What an answer to a text means.
 * @throws TransientError when the text was not taken. @throws OutcomeUnknownError when it may have been.
 */
export const resultOf = ({ status, body }: HttpResponse, purpose: string): SendResult => {
  const parsed = answerSchema.safeParse(body);
  if (status === 200 && parsed.success) return takenOf(parsed.data, purpose);
  if (status < 300 || status >= 500 || status === 408) throw new OutcomeUnknownError(`${purpose}: status ${status}`);
  // 400 is about this very text; everything else (a key that is wrong, another address) can be mended.
  if (status !== 400) throw new TransientError(`${purpose}: status ${status}, code ${parsed.data?.status.code}`);
  const code = parsed.data?.status.code;
  return { kind: "refused", failure: refusalOf(code ?? 0), code: String(code ?? status) };
};

/** The status of the transaction counts, not that of HTTP. */
const takenOf = ({ reference_id, status: { code } }: z.infer<typeof answerSchema>, purpose: string): SendResult => {
  const meaning = meaningOf(code);
  if (meaning.outcome !== "failed") return { kind: "accepted", providerMessageId: reference_id };
  if (meaning.failure === "provider-unavailable") throw new TransientError(`${purpose}: code ${code}`);
  return { kind: "refused", failure: meaning.failure, code: String(code) };
};
