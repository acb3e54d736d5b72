import { describe, expect, it } from "vitest";
import { ADMINISTRATOR, AGENT, TestApi } from "../../tests/http/test-api.ts";

describe("the continuation of a page", () => {
  it.each([
    ["nonsense", "%21%21"],
    ["an object without a position", Buffer.from('{"id":"a"}').toString("base64url")],
    ["a number", Buffer.from("7").toString("base64url")],
  ])("is refused when it is %s, and the parameter is named", async (_, continuation) => {
    const api = new TestApi();
    for (const path of ["/agents", "/contacts", "/me/work-items", "/queues/support/work-items", "/quarantine"]) {
      const as = path === "/quarantine" ? ADMINISTRATOR : AGENT;
      const { status, body } = await api.get(`${path}?continuation=${continuation}`, { as });
      expect(status).toBe(422);
      expect(body.errors).toEqual([{ field: "continuation", message: expect.stringContaining("as it was given") }]);
    }
  });

  it("needs no escapes in a URL", async () => {
    const { body } = await new TestApi().get("/agents?limit=1", { as: AGENT });
    expect(body.continuation).toMatch(/^[\w-]+$/);
  });
});
