import { createHash } from "node:crypto";
import * as z from "zod";
import type { Now } from "../../../shared/kernel/instant.ts";
import type { Webhook, WebhookCall, WebhookReading } from "../../../shared/sms/provider.ts";
import type { TelesignAccount } from "./account.ts";
import { isSigned } from "./signature.ts";

/** What tells the two kinds apart: only a report of ours has no answer of a customer's in it. */
const kindSchema = z.object({
  reference_id: z.string().min(1).optional().catch(undefined),
  sub_resource: z.string().optional().catch(undefined),
  user_response: z.unknown().optional(),
  status: z.object({ code: z.number() }).optional().catch(undefined),
});

/** How TeleSign calls us: one address for texts, reports and whatever else the account receives. */
export class TelesignWebhook implements Webhook {
  /** Source: TeleSign, callbacks: 200 and nothing else, within five seconds. */
  readonly response = { status: 200, contentType: "application/json", body: "{}" };
  readonly #account: TelesignAccount;
  readonly #now: Now;

  constructor(account: TelesignAccount, now: Now) {
    this.#account = account;
    this.#now = now;
  }

  read(call: WebhookCall): WebhookReading {
    if (!isSigned(call, this.#account)) return { kind: "invalid-signature" };
    const callback = jsonOf(call.body);
    const kind = kindSchema.safeParse(callback).data;
    const isReport = kind !== undefined && kind.user_response == null && !kind.sub_resource?.startsWith("mo_");
    const status = isReport ? `.${kind.status?.code ?? ""}` : "";
    // The same when a callback comes again. A text has a report for each of its states.
    const id = kind?.reference_id === undefined ? hashOf(call.body) : kind.reference_id + status;
    return {
      kind: "valid",
      source: isReport ? "sms-delivery-report" : "sms-received",
      event: { id, receivedAt: this.#now(), callback },
    };
  }
}

const hashOf = (body: string): string => createHash("sha256").update(body, "utf8").digest("hex");

/** What is no JSON is kept as it is, for people to see. */
const jsonOf = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
};
