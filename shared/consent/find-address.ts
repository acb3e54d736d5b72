import { type NumberProblem, readMobilePhone } from "../contact/mobile-phone.ts";
import { findThreads } from "../conversation/subscriber-threads.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Channel } from "../settings/settings.ts";
import { type Address, addressSchema, canBeTexted, parseAddress } from "../sms/address.ts";

export type FoundAddress = { readonly kind: "address"; readonly address: Address } | { readonly kind: NumberProblem };

/**
 * Finds the address that an administrator or a supervisor means: a number as people write it, or whatever address has a
 * thread with one of the channels.
 * @throws TransientError when a store is unavailable.
 */
export const findAddress = async (
  ports: Pick<Ports, "keyedHash" | "settings" | "threads">,
  channels: readonly Channel[],
  text: string,
): Promise<FoundAddress> => {
  const literal = parseAddress(text);
  const hasThread = async (customer: Address): Promise<boolean> => {
    const found = await Promise.all(
      channels.map(({ number: channelNumber }) => findThreads(ports, { channelNumber, customer })),
    );
    return found.flat().length > 0;
  };
  if (literal && !canBeTexted(literal) && (await hasThread(literal))) return { kind: "address", address: literal };
  const reading = await readMobilePhone(ports, text);
  if (reading.kind === "number") return { kind: "address", address: addressSchema.parse(reading.number) };
  // Providers write numbers that no plan knows.
  const isKnown = reading.kind === "not-a-number" && literal !== undefined && (await hasThread(literal));
  return isKnown ? { kind: "address", address: literal } : reading;
};
