import * as z from "zod";
import { findProvider } from "./find-provider.ts";
import { phoneNumberSchema } from "./phone-number.ts";

/** A number that the company has at a provider. A provider extends it with its name and the settings of its numbers. */
export const ownedNumberSchema = z.strictObject({
  number: phoneNumberSchema,
  provider: z.string(),
  type: z.enum(["toll-free", "long-code", "short-code"]).default("toll-free"),
});

export type OwnedNumber = z.output<typeof ownedNumberSchema>;

/** Beside the common members it has those that the provider's schema adds. */
export type OwnedNumberInput = z.input<typeof ownedNumberSchema> & Readonly<Record<string, unknown>>;

/** A provider, as far as its numbers are concerned. */
export interface NumberOwner {
  /** Lower-case letters and digits. Numbers and accounts refer to it. */
  readonly name: string;
  /** Extends `ownedNumberSchema`. */
  readonly numberSchema: z.ZodType<OwnedNumber>;
}

/** The registered numbers. A number that is not registered is a toll-free number of the first provider. */
export class OwnedNumbers {
  readonly #providers: readonly NumberOwner[];
  readonly #numbers = new Map<string, OwnedNumber>();

  constructor(providers: readonly NumberOwner[]) {
    this.#providers = providers;
  }

  /**
   * Registers a number, or replaces its registration.
   * @throws ZodError when the number is malformed or its provider unknown.
   */
  set(input: OwnedNumberInput): OwnedNumber {
    const { provider } = z.object({ provider: z.unknown().optional() }).parse(input);
    const number = findProvider(this.#providers, provider).numberSchema.parse(input);
    this.#numbers.set(number.number, number);
    return number;
  }

  get(number: string): OwnedNumber {
    const [first] = this.#providers;
    return this.#numbers.get(number) ?? { number, provider: first?.name ?? "", type: "toll-free" };
  }

  list(): readonly OwnedNumber[] {
    return [...this.#numbers.values()];
  }

  /** The registered numbers of one provider. @param schema - the provider's schema of its numbers. */
  listOf<Owned extends OwnedNumber>(schema: z.ZodType<Owned>): readonly Owned[] {
    return this.list().flatMap((number) => schema.safeParse(number).data ?? []);
  }
}
