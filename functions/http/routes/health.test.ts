import { describe, expect, it } from "vitest";
import { ADMINISTRATOR, AGENT, TestApi } from "../../../tests/http/test-api.ts";

const DOWN = [
  { name: "Cosmos DB", ok: true },
  { name: "Service Bus", ok: false },
];

describe("GET /health", () => {
  it("responds 200 when every service is up", async () => {
    const { status, body } = await new TestApi().get("/health");
    expect([status, body]).toEqual([200, { status: "up" }]);
  });

  it.each([
    ["unauthenticated callers", undefined],
    ["agents", AGENT],
  ])("responds 503 to %s when a service is down, and does not name it", async (_, as) => {
    const api = new TestApi();
    api.health = DOWN;
    const { status, body } = await api.get("/health", { ...(as && { as }) });
    expect([status, body]).toEqual([503, { status: "down" }]);
  });

  it("names the service that is down to administrators", async () => {
    const api = new TestApi();
    api.health = DOWN;
    const { status, body } = await api.get("/health", { as: ADMINISTRATOR });
    expect([status, body]).toEqual([503, { status: "down", checks: DOWN }]);
  });
});
