import { describe, expect, it } from "vitest";
import { ADMINISTRATOR, AGENT, TestApi } from "../../../tests/http/test-api.ts";

const DOWN = [
  { name: "Cosmos DB", ok: true },
  { name: "Service Bus", ok: false },
];

describe("GET /health", () => {
  it("is 200 when every part answers", async () => {
    const { status, body } = await new TestApi().get("/health");
    expect([status, body]).toEqual([200, { status: "up" }]);
  });

  it.each([
    ["strangers", undefined],
    ["agents", AGENT],
  ])("is 503 when one does not, without detail for %s", async (_, as) => {
    const api = new TestApi();
    api.health = DOWN;
    const { status, body } = await api.get("/health", { ...(as && { as }) });
    expect([status, body]).toEqual([503, { status: "down" }]);
  });

  it("tells administrators which", async () => {
    const api = new TestApi();
    api.health = DOWN;
    const { status, body } = await api.get("/health", { as: ADMINISTRATOR });
    expect([status, body]).toEqual([503, { status: "down", checks: DOWN }]);
  });
});
