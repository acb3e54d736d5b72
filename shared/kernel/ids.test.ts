import { describe, expect, it } from "vitest";
import { fixedKeyedHash } from "../../tests/fakes/fixed-keyed-hash.ts";
import { threadIdOf } from "../conversation/thread.ts";
import { addressSchema } from "../sms/address.ts";
import {
  conversationIdOf,
  conversationIdSchema,
  numberOf,
  parseWorkItemId,
  threadIdSchema,
  threadOf,
  workItemIdOf,
} from "./ids.ts";

const hash = fixedKeyedHash;
const channel = addressSchema.parse("+14255550100");
const customer = addressSchema.parse("+14255550123");

describe("ids", () => {
  it("name a thread by channel and customer, the same each time and in no other order", () => {
    expect(threadIdOf(hash, channel, customer)).toBe(threadIdOf(hash, channel, customer));
    expect(threadIdOf(hash, channel, customer)).not.toBe(threadIdOf(hash, customer, channel));
  });

  it("hold nothing of a phone number", () => {
    expect(threadIdOf(hash, channel, customer)).toMatch(/^[0-9a-f]{24}$/);
    expect(threadIdOf(hash, channel, customer)).not.toContain("4255550123");
  });

  it("name a conversation so that its thread and number can be read again", () => {
    const threadId = threadIdOf(hash, channel, customer);
    const id = conversationIdOf(threadId, 12);
    expect(threadOf(id)).toBe(threadId);
    expect(numberOf(id)).toBe(12);
    expect(workItemIdOf(id, 3)).toBe(`${threadId}.12-3`);
    expect(parseWorkItemId(workItemIdOf(id, 3))).toEqual({ id, epoch: 3 });
  });

  it.each(["", "other-1", "0123456789abcdef01234567.1", "0123456789abcdef01234567.1-0"])(
    "do not take %j for a work item",
    (text) => {
      expect(parseWorkItemId(text)).toBeUndefined();
    },
  );

  it.each(["", "abc", "0123456789abcdef01234567.0", "0123456789abcdef01234567.01", "0123456789abcdef01234567"])(
    "do not take %j for a conversation",
    (text) => {
      expect(conversationIdSchema.safeParse(text).success).toBe(false);
    },
  );

  it.each(["", "0123456789ABCDEF01234567", "0123456789abcdef0123456", "0123456789abcdef012345678"])(
    "do not take %j for a thread",
    (text) => {
      expect(threadIdSchema.safeParse(text).success).toBe(false);
    },
  );
});
