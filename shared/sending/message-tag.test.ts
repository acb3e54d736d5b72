import { describe, expect, it } from "vitest";
import { messageIdSchema, threadIdSchema } from "../kernel/ids.ts";
import { parseTag, tagOf } from "./message-tag.ts";

const threadId = threadIdSchema.parse("0123456789abcdef01234567");
const messageId = messageIdSchema.parse("out-1");

describe("a tag", () => {
  it("is parsed into the ids that it was made of", () => {
    expect(parseTag(tagOf(threadId, messageId))).toEqual({ threadId, messageId });
  });

  it.each(["", "/", "campaign", threadId, `${threadId}/`, "x/out-1", `${threadId}/out-1/more`])(
    "is not one of ours when it is %j",
    (tag) => {
      expect(parseTag(tag)).toBeUndefined();
    },
  );
});
