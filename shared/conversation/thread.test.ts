import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isOptedOut, withConsent } from "../consent/consent.ts";
import { messageIdSchema } from "../kernel/ids.ts";
import { addSeconds, instantSchema } from "../kernel/instant.ts";
import { type Consent, type Thread, threadSchema } from "./thread.ts";

const START = instantSchema.parse("2026-03-02T10:00:00.000Z");
const fresh: Thread = threadSchema.parse({
  id: "0123456789abcdef01234567",
  channelId: "main",
  channelNumber: "+14255550100",
  customer: "+14255550123",
  lastNumber: 0,
});

const source: fc.Arbitrary<Consent["source"]> = fc.oneof(
  fc.record({
    kind: fc.constant("customer" as const),
    messageId: fc.integer({ min: 1, max: 9 }).map((n) => messageIdSchema.parse(`acs:${n}`)),
  }),
  fc.constant({ kind: "provider" as const }),
);
const consent: fc.Arbitrary<Consent> = fc.record({
  optedOut: fc.boolean(),
  changedAt: fc.integer({ min: 0, max: 5 }).map((seconds) => addSeconds(START, seconds)),
  source,
});
const provider = { source: { kind: "provider" } } as const;

const hearing = (consents: readonly Consent[]): Thread => consents.reduce(withConsent, fresh);

describe("withConsent", () => {
  it("keeps the customer's last word, in whatever order the words arrive", () => {
    fc.assert(
      fc.property(
        fc
          .array(consent, { maxLength: 8 })
          .chain((said) => fc.tuple(fc.constant(said), fc.shuffledSubarray(said, { minLength: said.length }))),
        ([said, shuffled]) => {
          const last = said
            .map(({ changedAt: at }) => at)
            .toSorted()
            .at(-1);
          const words = said.filter(({ changedAt: at }) => at === last);
          expect(isOptedOut(hearing(shuffled))).toBe(isOptedOut(hearing(said)));
          if (words.length > 0) expect(isOptedOut(hearing(said))).toBe(words.some(({ optedOut }) => optedOut));
        },
      ),
    );
  });

  it("takes the opt-out of two words that were said at the same moment", () => {
    const [stop, start] = [
      { ...provider, optedOut: true, changedAt: START },
      { ...provider, optedOut: false, changedAt: START },
    ];
    expect(isOptedOut(hearing([stop, start]))).toBe(true);
    expect(isOptedOut(hearing([start, stop]))).toBe(true);
  });

  it("returns the very thread when nothing changes", () => {
    const thread = hearing([{ ...provider, optedOut: true, changedAt: addSeconds(START, 10) }]);
    expect(withConsent(thread, { ...provider, optedOut: false, changedAt: START })).toBe(thread);
    expect(withConsent(thread, { ...provider, optedOut: true, changedAt: addSeconds(START, 10) })).toBe(thread);
  });

  it("keeps every word that counted, oldest first, and no word twice", () => {
    const words = [true, false, true].map((optedOut, n) => ({
      ...provider,
      optedOut,
      changedAt: addSeconds(START, n),
    }));
    expect(hearing([...words, ...words]).consentHistory).toEqual(words);
  });

  it("takes a customer who said nothing for one who may be texted", () => {
    expect(isOptedOut(fresh)).toBe(false);
  });
});
