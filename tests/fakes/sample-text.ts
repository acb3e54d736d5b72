import { type Instant, instantSchema } from "../../shared/kernel/instant.ts";
import { addressSchema, parseAddress } from "../../shared/sms/address.ts";
import type { InboundText } from "../../shared/sms/provider.ts";
import { customerOf } from "./sample-conversation.ts";
import { CHANNEL_NUMBER } from "./sample-organisation.ts";

/** The members of a sample text that a test may choose. */
interface SampleText {
  readonly id?: string;
  readonly text?: string;
  readonly from?: string;
  readonly to?: string;
  readonly receivedAt?: Instant;
}

/** A text of the first sample customer to the main number. */
export const sampleText = ({ id = "first", text = "hello", from, to, receivedAt }: SampleText = {}): InboundText => ({
  provider: "acs",
  providerMessageId: id,
  from: addressSchema.parse(from ?? customerOf(0)),
  to: addressSchema.parse(to ?? parseAddress(CHANNEL_NUMBER)),
  text,
  receivedAt: receivedAt ?? instantSchema.parse("2026-03-02T10:29:59.000Z"),
});
