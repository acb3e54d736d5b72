import type {
  DeliveryReport,
  InboundText,
  OutboundText,
  Parsed,
  ProviderCapabilities,
  SendResult,
  SmsProvider,
  Verification,
} from "../../shared/sms/provider.ts";

/** An event that `FakeProvider` can parse. */
export type FakeEvent =
  | { readonly id: string; readonly received: InboundText }
  | { readonly id: string; readonly report: DeliveryReport };

/** An idempotent provider whose network replies to STOP and START. */
const CAPABILITIES: ProviderCapabilities = {
  retrySafety: "idempotent",
  hasDeliveryReports: true,
  maxTextLength: 2048,
  handledKeywords: {
    "toll-free": ["STOP", "START"],
    "long-code": [],
    "short-code": ["STOP", "START", "HELP"],
    mobile: [],
  },
  segmentsPerMinute: {},
};

/** Accepts every text unless a test decides otherwise. A repeated message id has no second effect. */
export class FakeProvider implements SmsProvider {
  /** Every attempt to send. */
  readonly attempts: OutboundText[] = [];
  /** The texts that customers got. */
  readonly sent: OutboundText[] = [];
  /** The results or errors of the next attempts, in order. */
  readonly next: (SendResult | Error)[] = [];
  capabilities = CAPABILITIES;

  parseReceived(event: unknown): Parsed<InboundText> {
    return isEvent(event) && "received" in event
      ? { kind: "parsed", value: event.received }
      : { kind: "unreadable", reason: "received: missing" };
  }

  parseReport(event: unknown): Parsed<DeliveryReport> {
    return isEvent(event) && "report" in event
      ? { kind: "parsed", value: event.report }
      : { kind: "unreadable", reason: "report: missing" };
  }

  async send(text: OutboundText): Promise<SendResult> {
    this.attempts.push(text);
    const next = this.next.shift();
    if (next instanceof Error) throw next;
    if (next) return next;
    if (!this.sent.some(({ messageId }) => messageId === text.messageId)) this.sent.push(text);
    return { kind: "accepted", providerMessageId: `provider-${text.messageId}` };
  }

  async verify(): Promise<Verification> {
    return { checks: [{ ok: true, message: "All is well." }] };
  }
}

const isEvent = (event: unknown): event is FakeEvent => typeof event === "object" && event !== null && "id" in event;
