import { describe, expect, it } from "vitest";
import { ADMINISTRATOR, AGENT, TestApi } from "../../../tests/http/test-api.ts";

const DOWN = [
  { name: "Cosmos DB", ok: true },
  { name: "Service Bus queue dispatch", ok: false, reason: "the request failed" },
];

describe("GET /health", () => {
  it("responds 200 when every service is up", async () => {
    const { status, body } = await new TestApi().get("/health");
    expect([status, body]).toEqual([200, { status: "up" }]);
  });

  it.each([undefined, "not a token"])("shows a stranger no more than the state, with the token %j", async (as) => {
    const api = new TestApi();
    api.health = DOWN;
    const { status, body } = await api.get("/health", { ...(as && { as }) });
    expect([status, body]).toEqual([503, { status: "down" }]);
  });

  it.each([
    ["administrators", ADMINISTRATOR],
    ["agents", AGENT],
  ])("names the service that is down, and the reason, to %s", async (_, as) => {
    const api = new TestApi();
    api.health = DOWN;
    const { status, body } = await api.get("/health", { as });
    expect([status, body]).toEqual([503, { status: "down", checks: DOWN }]);
  });
});
