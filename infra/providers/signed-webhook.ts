import { createHash } from "node:crypto";
import type { Now } from "../../shared/kernel/instant.ts";
import type { Webhook, WebhookCall, WebhookReading } from "../../shared/sms/provider.ts";

/** The content of a call, as a provider reads it. */
export interface WebhookContent {
  readonly source: Extract<WebhookReading, { kind: "valid" }>["source"];
  /** The same when the provider repeats the call; undefined when the call names no message. */
  readonly id: string | undefined;
  /** Further members of the event, as plain JSON. */
  readonly fields: object;
}

interface SignedWebhookOptions {
  readonly now: Now;
  readonly response: Webhook["response"];
  /** Whether the provider's account signed the call. */
  readonly isSigned: (call: WebhookCall) => boolean;
  /** Never throws. */
  readonly readContent: (call: WebhookCall) => WebhookContent;
}

/** Makes a webhook whose calls are trusted by their signature alone. A call without an id is identified by its body. */
export const signedWebhook = ({ now, response, isSigned, readContent }: SignedWebhookOptions): Webhook => ({
  response,
  read: (call) => {
    if (!isSigned(call)) return { kind: "invalid-signature" };
    const { source, id, fields } = readContent(call);
    return { kind: "valid", source, event: { id: id ?? sha256(call.body), receivedAt: now(), ...fields } };
  },
});

const sha256 = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");
