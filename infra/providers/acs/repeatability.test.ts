import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { repeatabilityIdOf } from "./repeatability.ts";

describe("the repeatability id of a message", () => {
  it("never changes, so that a new release can retry a reply of the old one", () => {
    expect(repeatabilityIdOf("out-1f0e2d3c")).toBe("643846ab-68a4-825b-b495-ce46d887c088");
  });

  it("is a UUID for any message id, as the service requires", () => {
    const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    fc.assert(fc.property(fc.string(), (messageId) => uuid.test(repeatabilityIdOf(messageId))));
  });

  it("is different for every message", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 50 }), (messageIds) => {
        expect(new Set(messageIds.map(repeatabilityIdOf)).size).toBe(messageIds.length);
      }),
    );
  });
});
