import { describe, expect, it } from "vitest";
import { instantSchema } from "../../../shared/kernel/instant.ts";
import { sampleChannel } from "../../../tests/fakes/sample-organisation.ts";
import { ADMINISTRATOR, TestApi } from "../../../tests/http/test-api.ts";

const OTHER_NUMBER = "+14255550111";
const text = {
  id: "event-1",
  received: {
    provider: "acs",
    providerMessageId: "p1",
    from: "+14255550123",
    to: OTHER_NUMBER,
    text: "hello",
    receivedAt: "2026-03-02T10:00:00.000Z",
  },
};

/** An API with a quarantined text to a number that was not a channel. */
const withQuarantined = async (original: unknown = text) => {
  const api = new TestApi();
  const quarantinedAt = instantSchema.parse("2026-03-02T10:00:01.000Z");
  const entry = {
    id: "1:a",
    source: "sms-received",
    provider: "acs",
    reason: "unknown-channel",
    original,
    quarantinedAt,
  } as const;
  await api.fakes.quarantine.keep(entry);
  const replay = (id = "sms-received:1:a") =>
    api.post(`/quarantine/${encodeURIComponent(id)}/replay`, { as: ADMINISTRATOR });
  return { api, entry, replay };
};

describe("GET /quarantine", () => {
  it("lists the events, newest first, under ids that name their source", async () => {
    const { api, entry } = await withQuarantined();
    const quarantinedAt = instantSchema.parse("2026-03-02T11:00:00.000Z");
    await api.fakes.quarantine.keep({ ...entry, source: "sms-delivery-report", quarantinedAt });
    const { body } = await api.get("/quarantine", { as: ADMINISTRATOR });
    expect(body.items).toEqual([
      { ...entry, source: "sms-delivery-report", quarantinedAt, id: "sms-delivery-report:1:a" },
      { ...entry, id: "sms-received:1:a" },
    ]);
  });
});

describe("POST /quarantine/{id}/replay", () => {
  it("processes the event when its number has become a channel", async () => {
    const { api, replay } = await withQuarantined();
    api.fakes.settings.seed("channels", sampleChannel({ id: "other", number: OTHER_NUMBER }));
    const { status, body } = await replay();
    expect([status, body.replayedAt]).toEqual([200, api.fakes.now()]);
    expect(api.fakes.conversations.all()).toMatchObject([{ state: "queued", channelId: "other" }]);
  });

  it("has no effect when it is repeated", async () => {
    const { api, replay } = await withQuarantined();
    api.fakes.settings.seed("channels", sampleChannel({ id: "other", number: OTHER_NUMBER }));
    await replay();
    expect((await replay()).status).toBe(200);
    expect(api.fakes.messages.all()).toHaveLength(1);
  });

  it("returns the reason when the event still cannot be processed", async () => {
    const { api, replay } = await withQuarantined();
    expect((await replay()).body).toMatchObject({
      type: "urn:hilo:problem:replay-failed",
      status: 409,
      reason: "unknown-channel",
    });
    expect(api.fakes.quarantine.all()[0]).not.toHaveProperty("replayedAt");
  });

  it("names the wrong part of an unreadable event", async () => {
    const { replay } = await withQuarantined({ id: "event-1" });
    expect((await replay()).body).toMatchObject({ reason: "unreadable", detail: "received: missing" });
  });

  it.each(["sms-delivery-report:1:a", "sms-received:2"])("responds 404 for %s", async (id) => {
    expect((await (await withQuarantined()).replay(id)).status).toBe(404);
  });

  it.each(["1", "unknown:1", "sms-received:", "sms-received:a/b", "sms-received:a b"])(
    "refuses the id %s, and says what it must be",
    async (id) => {
      const { status, body } = await (await withQuarantined()).replay(id);
      expect([status, body.errors]).toEqual([422, [{ field: "id", message: "must be an id as the list shows it" }]]);
    },
  );
});

describe("DELETE /quarantine/{id}", () => {
  it("discards an event, and shows it once more", async () => {
    const { api, entry } = await withQuarantined();
    const discard = () => api.call("DELETE", "/quarantine/sms-received:1:a", { as: ADMINISTRATOR });
    const { status, body } = await discard();
    expect([status, body]).toEqual([200, { ...entry, id: "sms-received:1:a" }]);
    expect(api.fakes.quarantine.all()).toEqual([]);
    expect((await discard()).status).toBe(404);
  });
});
