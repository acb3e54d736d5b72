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

const threadAfter = (changes: readonly Consent[]): Thread => changes.reduce(withConsent, fresh);

describe("withConsent", () => {
  it("keeps the latest change, in whatever order changes arrive", () => {
    fc.assert(
      fc.property(
        fc
          .array(consent, { maxLength: 8 })
          .chain((changes) =>
            fc.tuple(fc.constant(changes), fc.shuffledSubarray(changes, { minLength: changes.length })),
          ),
        ([changes, shuffled]) => {
          const latestAt = changes
            .map(({ changedAt }) => changedAt)
            .toSorted()
            .at(-1);
          const latest = changes.filter(({ changedAt }) => changedAt === latestAt);
          expect(isOptedOut(threadAfter(shuffled))).toBe(isOptedOut(threadAfter(changes)));
          if (latest.length > 0) expect(isOptedOut(threadAfter(changes))).toBe(latest.some(({ optedOut }) => optedOut));
        },
      ),
    );
  });

  it("prefers the opt-out of two changes at the same time", () => {
    const [stop, start] = [
      { ...provider, optedOut: true, changedAt: START },
      { ...provider, optedOut: false, changedAt: START },
    ];
    expect(isOptedOut(threadAfter([stop, start]))).toBe(true);
    expect(isOptedOut(threadAfter([start, stop]))).toBe(true);
  });

  it("returns the same object when nothing changes", () => {
    const thread = threadAfter([{ ...provider, optedOut: true, changedAt: addSeconds(START, 10) }]);
    expect(withConsent(thread, { ...provider, optedOut: false, changedAt: START })).toBe(thread);
    expect(withConsent(thread, { ...provider, optedOut: true, changedAt: addSeconds(START, 10) })).toBe(thread);
  });

  it("keeps every change that took effect, oldest first, and none twice", () => {
    const changes = [true, false, true].map((optedOut, n) => ({
      ...provider,
      optedOut,
      changedAt: addSeconds(START, n),
    }));
    expect(threadAfter([...changes, ...changes]).consentHistory).toEqual(changes);
  });

  it("leaves a customer opted in whose consent has never changed", () => {
    expect(isOptedOut(fresh)).toBe(false);
  });
});
