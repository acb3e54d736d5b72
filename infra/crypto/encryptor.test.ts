import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Seal } from "./encryptor.ts";

const secret = randomBytes(32);
const seal = new Seal(secret, "test");

describe("a seal", () => {
  it("opens what it sealed, and shows nothing of it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 8 }), (text) => {
        const sealed = seal.seal(text);
        expect(sealed).not.toContain(text);
        expect(new Seal(secret, "test").open(sealed)).toBe(text);
      }),
    );
  });

  it("looks different each time", () => {
    expect(seal.seal("the same")).not.toBe(seal.seal("the same"));
  });

  it("does not open what was sealed for another purpose or with another secret, or by nobody", () => {
    const strange = [
      new Seal(secret, "other").seal("text"),
      new Seal(randomBytes(32), "test").seal("text"),
      ...["", "text", "A".repeat(100)],
    ];
    for (const sealed of strange) expect(() => seal.open(sealed)).toThrow();
  });

  it("does not open what was changed anywhere", () => {
    const bytes = Buffer.from(seal.seal("text"), "base64url");
    for (const [index, byte] of bytes.entries()) {
      const changed = Buffer.from(bytes);
      changed[index] = byte ^ 1;
      expect(() => seal.open(changed.toString("base64url"))).toThrow();
    }
    expect(() => seal.open(bytes.subarray(0, -1).toString("base64url"))).toThrow();
  });
});
