import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Encryptor } from "./encryptor.ts";

const secret = randomBytes(32);
const encryptor = new Encryptor(secret, "test");

describe("Encryptor", () => {
  it("decrypts what it encrypted, and does not reveal it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 8 }), (text) => {
        const encrypted = encryptor.encrypt(text);
        expect(encrypted).not.toContain(text);
        expect(new Encryptor(secret, "test").decrypt(encrypted)).toBe(text);
      }),
    );
  });

  it("encrypts the same text differently every time", () => {
    expect(encryptor.encrypt("the same")).not.toBe(encryptor.encrypt("the same"));
  });

  it("refuses a text of another purpose or secret, or that was never encrypted", () => {
    const foreign = [
      new Encryptor(secret, "other").encrypt("text"),
      new Encryptor(randomBytes(32), "test").encrypt("text"),
      "",
      "text",
      "A".repeat(100),
    ];
    for (const encrypted of foreign) expect(() => encryptor.decrypt(encrypted)).toThrow();
  });

  it("refuses a text with a change in any byte", () => {
    const bytes = Buffer.from(encryptor.encrypt("text"), "base64url");
    for (const [index, byte] of bytes.entries()) {
      const changed = Buffer.from(bytes);
      changed[index] = byte ^ 1;
      expect(() => encryptor.decrypt(changed.toString("base64url"))).toThrow();
    }
    expect(() => encryptor.decrypt(bytes.subarray(0, -1).toString("base64url"))).toThrow();
  });
});
