import { describe, expect, it, vi } from "vitest";
import { TransientError } from "../../../shared/kernel/errors.ts";
import { sampleChannel } from "../../../tests/fakes/sample-organisation.ts";
import { ADMINISTRATOR, TestApi } from "../../../tests/http/test-api.ts";

const as = ADMINISTRATOR;

describe("GET /providers", () => {
  it("lists the providers with their capabilities", async () => {
    const { body } = await new TestApi().get("/providers", { as });
    expect(body.items).toMatchObject([{ name: "acs", retrySafety: "idempotent", hasDeliveryReports: true }]);
  });
});

describe("POST /settings/channels/{id}/verify", () => {
  const verify = (api: TestApi, id = "main") => api.post(`/settings/channels/${id}/verify`, { as });

  it("shows the checks of the provider", async () => {
    const api = new TestApi();
    expect((await verify(api)).body).toEqual({ ok: true, checks: [{ ok: true, message: "All is well." }] });
    const checks = [
      { ok: true, message: "The key is right." },
      { ok: false, message: "The number is another's." },
    ];
    vi.spyOn(api.fakes.provider, "verify").mockResolvedValue({ checks });
    expect((await verify(api)).body).toEqual({ ok: false, checks });
  });

  it("reports a provider that is unavailable, or that is not configured", async () => {
    const api = new TestApi();
    vi.spyOn(api.fakes.provider, "verify").mockRejectedValue(new TransientError("down"));
    expect((await verify(api)).body).toMatchObject({
      ok: false,
      checks: [{ message: expect.stringContaining("acs cannot be reached") }],
    });
    api.fakes.settings.seed("channels", sampleChannel({ id: "other", provider: "pigeon", number: "+14255550177" }));
    expect((await verify(api, "other")).body.checks[0].message).toContain("not set up for pigeon");
  });

  it("responds 404 for an unknown channel", async () => {
    expect((await verify(new TestApi(), "none")).status).toBe(404);
  });
});
