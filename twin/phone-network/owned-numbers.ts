import * as z from "zod";
import { phoneNumberSchema } from "./phone-number.ts";
import { webhookUrlSchema } from "./twilio/connection-overrides.ts";

const owned = {
  number: phoneNumberSchema,
  type: z
    .enum(["toll-free", "long-code", "short-code"])
    .default("toll-free")
    .describe("With Twilio it decides who answers STOP. With ACS all behave as toll-free, with TeleSign all the same."),
};

/** A number that a company has with a provider. */
const ownedNumberSchema = z.discriminatedUnion("provider", [
  z.strictObject({ ...owned, provider: z.literal("acs") }),
  z.strictObject({
    ...owned,
    provider: z.literal("twilio"),
    friendlyName: z.string().min(1).optional(),
    smsUrl: webhookUrlSchema.optional().describe("Where texts are posted to; connection overrides in its fragment."),
  }),
  z.strictObject({ ...owned, provider: z.literal("telesign") }),
]);

export type OwnedNumber = z.output<typeof ownedNumberSchema>;
export type OwnedNumberInput = z.input<typeof ownedNumberSchema>;
export type TwilioNumber = Extract<OwnedNumber, { provider: "twilio" }>;

/** Which numbers exist, and whose they are. One that nobody registered is a toll-free number with ACS. */
export class OwnedNumbers {
  readonly #numbers = new Map<string, OwnedNumber>();

  constructor(inputs: readonly OwnedNumberInput[]) {
    for (const input of inputs) this.set(input);
  }

  /** Registers a number, or registers it anew. @throws ZodError when the input is malformed. */
  set(input: OwnedNumberInput): OwnedNumber {
    const number = ownedNumberSchema.parse(input);
    this.#numbers.set(number.number, number);
    return number;
  }

  get(number: string): OwnedNumber {
    return this.#numbers.get(number) ?? { number, provider: "acs", type: "toll-free" };
  }

  list(): readonly OwnedNumber[] {
    return [...this.#numbers.values()];
  }
}
