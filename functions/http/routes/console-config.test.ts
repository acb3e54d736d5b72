import { expect, it } from "vitest";
import { TestApi } from "../../../tests/http/test-api.ts";

it("shows anyone how to sign in", async () => {
  const { status, body } = await new TestApi().get("/console/config");
  expect(status).toBe(200);
  expect(body).toEqual({ authority: "https://login.example/tenant", clientId: "console", scope: "openid api" });
});

it("names the missing setting when the console has no client id", async () => {
  const api = new TestApi();
  api.fakes.signIn = undefined;
  const { status, body } = await api.get("/console/config");
  expect(status).toBe(404);
  expect(body.detail).toContain("AUTH_CONSOLE_CLIENT_ID");
});
