import { expect, it } from "vitest";
import { makeKeyedHash } from "./keyed-hash.ts";

it("is HMAC-SHA256, as published: RFC 4231, test case 2", () => {
  expect(makeKeyedHash(Buffer.from("Jefe"))("what do ya want for nothing?")).toBe(
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  );
});

it("differs by key", () => {
  const of = (byte: number) => makeKeyedHash(Buffer.alloc(32, byte))("+14255550100|+14255550123");
  expect(of(1)).not.toBe(of(2));
});
