import { describe, expect, it } from "vitest";
import { previewOf } from "./conversation.ts";

const mediaOf = (...contentTypes: string[]) =>
  contentTypes.map((contentType) => ({ url: "https://media.example/1", contentType }));

describe("previewOf", () => {
  it("returns the start of a text, without half of a surrogate pair", () => {
    expect(previewOf(`${"x".repeat(99)}👍`)).toBe("x".repeat(99));
    expect(previewOf("short", mediaOf("image/jpeg"))).toBe("short");
    expect(previewOf("")).toBe("");
  });

  it.each([
    ["", ["image/jpeg"], "[picture]"],
    [" \u200B", ["IMAGE/png; name=x"], "[picture]"],
    ["", ["image/jpeg", "image/gif"], "[2 pictures]"],
    ["", ["video/mp4"], "[video]"],
    ["", ["audio/amr"], "[recording]"],
    ["", ["application/pdf"], "[file]"],
    ["", ["text/vcard", "image/jpeg", "image/jpeg"], "[3 files]"],
    ["", [""], "[file]"],
  ])("says what is attached to a text without words: %j with %j", (text, types, preview) => {
    expect(previewOf(text, mediaOf(...types))).toBe(preview);
  });
});
