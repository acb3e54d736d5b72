import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { repeatabilityIdOf } from "./repeatability.ts";

describe("the repeatability id of a message", () => {
  it("never changes: a reply that a new release sends again has the id that the old one sent", () => {
    expect(repeatabilityIdOf("out-1f0e2d3c")).toBe("643846ab-68a4-825b-b495-ce46d887c088");
  });

  it("is a UUID of 36 characters, as the service asks for, for any message id", () => {
    const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    fc.assert(fc.property(fc.string(), (messageId) => uuid.test(repeatabilityIdOf(messageId))));
  });

  it("differs from message to message", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 50 }), (messageIds) => {
        expect(new Set(messageIds.map(repeatabilityIdOf)).size).toBe(messageIds.length);
      }),
    );
  });
});
