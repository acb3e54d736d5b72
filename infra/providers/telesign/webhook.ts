import * as z from "zod";
import type { Now } from "../../../shared/kernel/instant.ts";
import type { Webhook, WebhookCall } from "../../../shared/sms/provider.ts";
import { parseJson } from "../http/parse-json.ts";
import { signedWebhook, type WebhookContent } from "../signed-webhook.ts";
import type { TelesignAccount } from "./account.ts";
import { isSigned } from "./signature.ts";

/** The members that distinguish a text from a delivery report, which has no `user_response`. */
const callbackSchema = z.object({
  reference_id: z.string().min(1).optional().catch(undefined),
  sub_resource: z.string().optional().catch(undefined),
  user_response: z.unknown().optional(),
  status: z.object({ code: z.number() }).optional().catch(undefined),
});

/** TeleSign's webhook: one address for texts, delivery reports and other messages of the account. */
export const telesignWebhook = (account: TelesignAccount, now: Now): Webhook =>
  signedWebhook({
    now,
    // Source: TeleSign, callbacks: a 200 within five seconds.
    response: { status: 200, contentType: "application/json", body: "{}" },
    isSigned: (call) => isSigned(call, account),
    readContent,
  });

const readContent = ({ body }: WebhookCall): WebhookContent => {
  const callback = parseJson(body);
  const known = callbackSchema.safeParse(callback).data;
  const isReport = known !== undefined && known.user_response == null && !known.sub_resource?.startsWith("mo_");
  // A text has one report for each status.
  const suffix = isReport ? `.${known.status?.code ?? ""}` : "";
  return {
    source: isReport ? "sms-delivery-report" : "sms-received",
    id: known?.reference_id === undefined ? undefined : known.reference_id + suffix,
    fields: { callback: callback === undefined ? body : callback }, // what is not JSON is quarantined as it is
  };
};
