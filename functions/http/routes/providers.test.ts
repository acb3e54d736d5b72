import { describe, expect, it, vi } from "vitest";
import { TransientError } from "../../../shared/kernel/errors.ts";
import { sampleChannel } from "../../../tests/fakes/sample-organisation.ts";
import { ADMINISTRATOR, TestApi } from "../../../tests/http/test-api.ts";

const as = ADMINISTRATOR;

describe("GET /providers", () => {
  it("says what each provider can do", async () => {
    const { body } = await new TestApi().get("/providers", { as });
    expect(body.items).toMatchObject([{ name: "acs", retrySafety: "idempotent", hasDeliveryReports: true }]);
  });
});

describe("POST /settings/channels/{id}/verify", () => {
  const verify = (api: TestApi, id = "main") => api.post(`/settings/channels/${id}/verify`, { as });

  it("tells what the provider says of the number", async () => {
    const api = new TestApi();
    expect((await verify(api)).body).toEqual({ ok: true, checks: [{ ok: true, message: "All is well." }] });
    const checks = [
      { ok: true, message: "The key is right." },
      { ok: false, message: "The number is another's." },
    ];
    vi.spyOn(api.fakes.provider, "verify").mockResolvedValue({ checks: checks });
    expect((await verify(api)).body).toEqual({ ok: false, checks });
  });

  it("tells of a provider that does not answer, or that the app is not set up for, and what to do", async () => {
    const api = new TestApi();
    vi.spyOn(api.fakes.provider, "verify").mockRejectedValue(new TransientError("down"));
    expect((await verify(api)).body).toMatchObject({
      ok: false,
      checks: [{ message: expect.stringContaining("acs cannot be reached") }],
    });
    api.fakes.settings.seed("channels", sampleChannel({ id: "other", provider: "pigeon", number: "+14255550177" }));
    expect((await verify(api, "other")).body.checks[0].message).toContain("not set up for pigeon");
  });

  it("finds no channel that is not there", async () => {
    expect((await verify(new TestApi(), "none")).status).toBe(404);
  });
});
