import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fixedKeyedHash } from "../../tests/fakes/fixed-keyed-hash.ts";
import { conversationIdOf, messageIdSchema } from "../kernel/ids.ts";
import { instantSchema } from "../kernel/instant.ts";
import { addressSchema } from "../sms/address.ts";
import type { InboundText } from "../sms/provider.ts";
import {
  type DeliveryState,
  deliveryStateSchema,
  inboundMessageId,
  inboundMessageOf,
  inboundMessageSchema,
  mayBecome,
  replyIdFromKey,
} from "./message.ts";
import { threadIdOf } from "./thread.ts";

const from = addressSchema.parse("+14255550123");
const to = addressSchema.parse("+14255550100");
const threadId = threadIdOf(fixedKeyedHash, to, from);
const conversationId = conversationIdOf(threadId, 1);

describe("mayBecome", () => {
  const states = fc.constantFrom(...deliveryStateSchema.options);

  it.each([
    ["queued", "sent"],
    ["queued", "delivered"],
    ["queued", "failed"],
    ["sent", "delivered"],
    ["sent", "failed"],
  ] as const)("lets a reply that is %s become %s", (before, after) => {
    expect(mayBecome(before, after)).toBe(true);
  });

  it("never lets a sequence of reports return a reply to an earlier state", () => {
    fc.assert(
      fc.property(fc.array(states, { maxLength: 20 }), (reported) => {
        const seen: DeliveryState[] = ["queued"];
        for (const state of reported) {
          const present = seen.at(-1) ?? "queued";
          if (mayBecome(present, state)) {
            expect(seen).not.toContain(state);
            seen.push(state);
          }
        }
      }),
    );
  });

  it("lets no reply change that is delivered or failed", () => {
    for (const state of deliveryStateSchema.options) {
      expect(mayBecome("delivered", state)).toBe(false);
      expect(mayBecome("failed", state)).toBe(false);
    }
  });
});

/** Any UTF-16 code units, also halves of surrogate pairs. */
const anyString = fc.uint16Array().map((units) => String.fromCharCode(...units));

describe("inboundMessageId", () => {
  it("prefixes the provider's id with the provider's name", () => {
    expect(inboundMessageId("acs", "Incoming_20200918002745d29ebbea-3341")).toBe(
      "acs:Incoming_20200918002745d29ebbea-3341",
    );
  });

  it("maps every provider id to a valid id, and different ids to different ones", () => {
    fc.assert(
      fc.property(anyString, anyString, (one, two) => {
        expect(messageIdSchema.safeParse(inboundMessageId("acs", one)).success).toBe(true);
        expect(inboundMessageId("acs", one) === inboundMessageId("acs", two)).toBe(one === two);
      }),
    );
  });
});

describe("replyIdFromKey", () => {
  it("is the same for the same key, and different for another conversation, agent or key", () => {
    const other = conversationIdOf(threadId, 2);
    const ids = [
      replyIdFromKey(conversationId, "agent-a", "key"),
      replyIdFromKey(other, "agent-a", "key"),
      replyIdFromKey(conversationId, "agent-b", "key"),
      replyIdFromKey(conversationId, "agent-a", "key2"),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    expect(replyIdFromKey(conversationId, "agent-a", "key")).toBe(ids[0]);
  });
});

describe("inboundMessageOf", () => {
  const text: InboundText = {
    provider: "acs",
    providerMessageId: "m-1",
    from,
    to,
    text: "hello",
    receivedAt: instantSchema.parse("2026-03-02T10:00:00.000Z"),
  };

  it("keeps a text of any length whole, and marks one that is longer than a reply may be", () => {
    const long = inboundMessageOf({ ...text, text: "x".repeat(1601) }, threadId, conversationId);
    expect(long.text).toHaveLength(1601);
    expect(long.exceedsLimit).toBe(true);
    expect(inboundMessageOf({ ...text, text: "x".repeat(1600) }, threadId, conversationId).exceedsLimit).toBe(false);
  });

  it("keeps the mark of a time that is taken as UTC", () => {
    expect(inboundMessageOf({ ...text, timeAssumesUtc: true }, threadId, undefined)).toMatchObject({
      timeAssumesUtc: true,
    });
    expect(inboundMessageOf(text, threadId, undefined)).not.toHaveProperty("timeAssumesUtc");
  });

  it("keeps an empty text, and a keyword without a conversation", () => {
    const empty = inboundMessageOf({ ...text, text: "" }, threadId, undefined);
    expect(inboundMessageSchema.parse(empty)).toEqual(empty);
    expect(empty).not.toHaveProperty("conversationId");
  });

  it("keeps the links to attachments", () => {
    const media = [{ url: "https://media.example/1", contentType: "image/png" }];
    const message = inboundMessageOf({ ...text, media }, threadId, conversationId);
    expect(inboundMessageSchema.parse(message)).toMatchObject({ media });
  });
});
