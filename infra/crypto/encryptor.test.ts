import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Encryptor } from "./encryptor.ts";

const secret = randomBytes(32);
const seal = new Encryptor(secret, "test");

describe("a seal", () => {
  it("opens what it sealed, and shows nothing of it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 8 }), (text) => {
        const sealed = seal.encrypt(text);
        expect(sealed).not.toContain(text);
        expect(new Encryptor(secret, "test").decrypt(sealed)).toBe(text);
      }),
    );
  });

  it("looks different each time", () => {
    expect(seal.encrypt("the same")).not.toBe(seal.encrypt("the same"));
  });

  it("does not open what was sealed for another purpose or with another secret, or by nobody", () => {
    const strange = [
      new Encryptor(secret, "other").encrypt("text"),
      new Encryptor(randomBytes(32), "test").encrypt("text"),
      "",
      "text",
      "A".repeat(100),
    ];
    for (const sealed of strange) expect(() => seal.decrypt(sealed)).toThrow();
  });

  it("does not open what was changed anywhere", () => {
    const bytes = Buffer.from(seal.encrypt("text"), "base64url");
    for (const [index, byte] of bytes.entries()) {
      const changed = Buffer.from(bytes);
      changed[index] = byte ^ 1;
      expect(() => seal.decrypt(changed.toString("base64url"))).toThrow();
    }
    expect(() => seal.decrypt(bytes.subarray(0, -1).toString("base64url"))).toThrow();
  });
});
