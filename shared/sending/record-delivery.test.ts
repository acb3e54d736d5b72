import { beforeEach, describe, expect, it } from "vitest";
import { type Fakes, makeFakes } from "../../tests/fakes/fakes.ts";
import { sampleText } from "../../tests/fakes/sample-text.ts";
import { storeReply } from "../../tests/fakes/stored-reply.ts";
import { isOptedOut } from "../consent/consent.ts";
import { receiveText } from "../intake/receive-text.ts";
import { TransientError } from "../kernel/errors.ts";
import { messageIdSchema } from "../kernel/ids.ts";
import { addSeconds } from "../kernel/instant.ts";
import type { OutboundRequest } from "../kernel/jobs.ts";
import type { DeliveryReport } from "../sms/provider.ts";
import { tagOf } from "./message-tag.ts";
import { recordDelivery } from "./record-delivery.ts";
import { sendReply } from "./send-reply.ts";

let fakes: Fakes;
/** A reply that is stored and not sent yet. */
let request: OutboundRequest;

beforeEach(async () => {
  fakes = makeFakes();
  request = await storeReply(fakes);
});

const reportOf = (some: Partial<DeliveryReport> = {}): DeliveryReport => ({
  provider: "acs",
  providerMessageId: `provider-${request.messageId}`,
  outcome: "delivered",
  reportedAt: fakes.now(),
  ...some,
});
const tagged = (some: Partial<DeliveryReport> = {}) =>
  reportOf({ tag: tagOf(request.threadId, request.messageId), ...some });

const message = () => fakes.messages.replies()[0];
const optedOut = async () => {
  const thread = await fakes.threads.find(request.threadId);
  return thread && isOptedOut(thread.value);
};

describe("recordDelivery", () => {
  it.each([
    ["delivered", { outcome: "delivered" }, { state: "delivered" }],
    [
      "failed, with its code",
      { outcome: "failed", failure: "handset-unreachable", code: "4006" },
      { state: "failed", failure: "handset-unreachable", code: "4006" },
    ],
    ["failed, without a reason", { outcome: "failed" }, { state: "failed", failure: "unknown" }],
    ["sent, as the last report", { outcome: "sent" }, { state: "sent" }],
  ] as const)("records a reply as %s", async (_, some, expected) => {
    await sendReply(fakes, request);
    expect(await recordDelivery(fakes, tagged(some))).toMatchObject({ kind: "recorded" });
    expect(message()).toMatchObject(expected);
  });

  it("finds the reply by the provider's id when the tag is not ours", async () => {
    await sendReply(fakes, request);
    expect(await recordDelivery(fakes, reportOf({ tag: "campaign" }))).toMatchObject({ kind: "recorded" });
    expect(message()).toMatchObject({ state: "delivered" });
  });

  it.each([
    ["delivered", "failed"],
    ["failed", "delivered"],
    ["delivered", "sent"],
  ] as const)("keeps the first final state: %s before %s", async (first, second) => {
    await sendReply(fakes, request);
    await recordDelivery(fakes, tagged({ outcome: first }));
    expect(await recordDelivery(fakes, tagged({ outcome: second }))).toMatchObject({ kind: "recorded" });
    expect(message()).toMatchObject({ state: first });
  });

  it("has no further effect when a report is repeated", async () => {
    await sendReply(fakes, request);
    await recordDelivery(fakes, tagged());
    const before = message();
    fakes.clock.advance(60);
    expect(await recordDelivery(fakes, tagged())).toMatchObject({ kind: "recorded" });
    expect(message()).toEqual(before);
  });
});

describe("a report that arrives before its send is recorded", () => {
  it("is recorded at once when it has a tag, and stands after the send", async () => {
    expect(await recordDelivery(fakes, tagged())).toMatchObject({ kind: "recorded" });
    await sendReply(fakes, request);
    expect(message()).toMatchObject({ state: "delivered", providerMessageId: `provider-${request.messageId}` });
    expect(fakes.provider.attempts).toEqual([]);
  });

  it("must be delivered again without a tag", async () => {
    await expect(recordDelivery(fakes, reportOf())).rejects.toThrow(TransientError);
    await sendReply(fakes, request);
    expect(await recordDelivery(fakes, reportOf())).toMatchObject({ kind: "recorded" });
  });

  it("is about an unknown message after two minutes without the send", async () => {
    const report = reportOf();
    fakes.clock.advance(119);
    await expect(recordDelivery(fakes, report)).rejects.toThrow(TransientError);
    fakes.clock.advance(1);
    expect(await recordDelivery(fakes, report)).toEqual({ kind: "unknown-message" });
  });
});

describe("a report about an unknown message", () => {
  it("has the outcome `unknown-message`, although its tag has our form", async () => {
    const tag = tagOf(request.threadId, messageIdSchema.parse("out-unknown"));
    expect(await recordDelivery(fakes, reportOf({ tag }))).toEqual({ kind: "unknown-message" });
  });
});

describe("a report that the customer has opted out", () => {
  const stopped = { outcome: "failed", failure: "recipient-opted-out", code: "4007" } as const;

  it("fails the reply with that reason and opts the customer out", async () => {
    await sendReply(fakes, request);
    await recordDelivery(fakes, tagged(stopped));
    expect(message()).toMatchObject({ state: "failed", failure: "recipient-opted-out" });
    expect(await optedOut()).toBe(true);
    expect(fakes.conversations.all()).toMatchObject([{ optedOut: true }]);
  });

  it("does not override a START of the customer after the reply", async () => {
    await sendReply(fakes, request);
    const report = tagged(stopped);
    await receiveText(fakes, sampleText({ id: "start", text: "START", receivedAt: addSeconds(fakes.now(), 5) }));
    await recordDelivery(fakes, report);
    expect(await optedOut()).toBe(false);
    expect(fakes.conversations.all()).toMatchObject([{ optedOut: false }]);
  });
});

describe("the outcome of a report", () => {
  it("names the reply that fails by it, once", async () => {
    const report = tagged({ outcome: "failed", failure: "handset-unreachable", code: "4006" });
    const failedReply = { messageId: request.messageId, failure: "handset-unreachable" };
    expect(await recordDelivery(fakes, report)).toEqual({ kind: "recorded", reply: request, failedReply });
    expect(await recordDelivery(fakes, report)).toEqual({ kind: "recorded", reply: request });
  });
});
