import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newThread, type Thread } from "../conversation/thread.ts";
import { messageIdSchema, threadIdSchema } from "../kernel/ids.ts";
import { addSeconds, type Instant, instantSchema, secondsBetween } from "../kernel/instant.ts";
import { addressSchema } from "../sms/address.ts";
import { hasHelpReply, withHelpReply } from "./help-reply.ts";

const START = instantSchema.parse("2026-03-02T09:00:00.000Z");
const THREAD = newThread({
  id: threadIdSchema.parse("0123456789abcdef01234567"),
  channelId: "main",
  channelNumber: addressSchema.parse("+14255550100"),
  customer: addressSchema.parse("+14255550123"),
});

/** The seconds before each HELP, and which of the earlier ones it repeats, if any. */
const helps = fc.array(
  fc.record({ pause: fc.nat({ max: 4000 }), repeats: fc.option(fc.nat({ max: 20 }), { nil: undefined }) }),
  { maxLength: 60 },
);

interface Help {
  readonly id: string;
  readonly at: Instant;
  readonly before: Thread;
  readonly after: Thread;
}

const run = (sequence: readonly { readonly pause: number; readonly repeats: number | undefined }[], limit: number) => {
  const steps: Help[] = [];
  let thread = THREAD;
  let at = START;
  for (const [n, { pause, repeats }] of sequence.entries()) {
    at = addSeconds(at, pause);
    const id = `acs:help-${repeats !== undefined && repeats < n ? repeats : n}`;
    const before = thread;
    thread = withHelpReply(before, { messageId: messageIdSchema.parse(id), repliedAt: at }, limit);
    steps.push({ id, at, before, after: thread });
  }
  return steps;
};

const always = (holds: (steps: readonly Help[], limit: number) => void) =>
  fc.assert(
    fc.property(helps, fc.integer({ min: 1, max: 5 }), (sequence, limit) => holds(run(sequence, limit), limit)),
  );

/** The steps in which a HELP got its reply. */
const repliesOf = (steps: readonly Help[]) => steps.filter(({ before, after }) => before !== after);

describe("the limit of replies to HELP", () => {
  it("lets no hour have more than the limit", () => {
    always((steps, limit) => {
      const times = repliesOf(steps).map(({ at }) => at);
      for (const first of times) {
        const within = times.filter((at) => at >= first && secondsBetween(first, at) < 3600);
        expect(within.length).toBeLessThanOrEqual(limit);
      }
    });
  });

  it("lets a HELP have its reply whenever the hour before had fewer than the limit", () => {
    always((steps, limit) => {
      const replies = repliesOf(steps);
      for (const step of steps) {
        const recent = replies.filter(({ at }) => at <= step.at && secondsBetween(at, step.at) < 3600);
        const before = recent.filter((reply) => steps.indexOf(reply) < steps.indexOf(step));
        if (before.length >= limit) continue;
        expect(hasHelpReply(step.after, messageIdSchema.parse(step.id))).toBe(true);
      }
    });
  });

  it("records a HELP that is delivered again once, and keeps no more than the limit", () => {
    always((steps, limit) => {
      for (const { after } of steps) {
        const ids = after.helpReplies.map(({ messageId }) => messageId);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.length).toBeLessThanOrEqual(limit);
      }
    });
  });

  it("counts a reply that a clock ahead of ours has dated", () => {
    const reply = (n: number, seconds: number) => ({
      messageId: messageIdSchema.parse(`acs:help-${n}`),
      repliedAt: addSeconds(START, seconds),
    });
    const thread = withHelpReply(THREAD, reply(1, 30), 1);
    expect(withHelpReply(thread, reply(2, 0), 1)).toBe(thread);
  });
});
