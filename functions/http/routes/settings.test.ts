import { describe, expect, it } from "vitest";
import { sampleChannel, sampleCompany, sampleQueue } from "../../../tests/fakes/sample-organisation.ts";
import { ADMINISTRATOR, AGENT, TestApi } from "../../../tests/http/test-api.ts";

const put = (path: string, body: unknown, api = new TestApi(), headers = {}) =>
  api.put(`/settings/${path}`, { as: ADMINISTRATOR, body, headers });

describe("GET /settings", () => {
  it("lists the settings of a kind", async () => {
    const { body } = await new TestApi().get("/settings/queues", { as: AGENT });
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual(["support", "billing", "fallback"]);
  });

  it("shows one setting", async () => {
    const { body } = await new TestApi().get("/settings/organisation/organisation", { as: AGENT });
    expect(body).toEqual(sampleCompany());
  });

  it("refuses an unknown kind", async () => {
    const { status, body } = await new TestApi().get("/settings/secrets", { as: AGENT });
    expect([status, body.errors[0].field]).toEqual([422, "kind"]);
  });

  it("responds 404 for a setting that does not exist", async () => {
    expect((await new TestApi().get("/settings/queues/sales", { as: AGENT })).status).toBe(404);
  });
});

describe("PUT /settings/{kind}/{id}", () => {
  it("creates a queue with the defaults, and dispatches it", async () => {
    const api = new TestApi();
    const { status, body } = await put("queues/sales", { id: "sales", name: "Sales" }, api);
    expect([status, body]).toEqual([200, sampleQueue({ id: "sales", name: "Sales" })]);
    expect((await api.get("/settings/queues/sales", { as: AGENT })).body).toEqual(body);
    const request = { queueId: "sales", cause: "settings" };
    expect(api.fakes.jobs.dispatches).toEqual([request]);
    // And once more, when no process has the old settings in its cache.
    expect(api.fakes.jobs.laterDispatches).toEqual([{ request, afterSeconds: 10 }]);
  });

  it.each([
    ["organisation/organisation", sampleCompany({ name: "Fabrikam" })],
    ["channels/main", sampleChannel({ name: "The number" })],
    [
      "channels/main",
      sampleChannel({
        keywords: { languages: ["es", "en"], words: { stop: ["genug"], start: [], help: [] } },
        keywordReplies: { stop: "Bye.", byLanguage: { es: { stop: "Adiós." } } },
      }),
    ],
    ["quick-replies/hello", { id: "hello", title: "Hello", text: "How can we help?", tags: [] }],
    ["operating-hours/week", { id: "week", timeZone: "Europe/Madrid", week: [], holidays: ["2026-12-25"] }],
    [
      "routing-rules/routing-rules",
      { id: "routing-rules", rules: [{ name: "money", when: {}, queueId: "billing", priority: 5, skills: [] }] },
    ],
  ])("saves %s", async (path, setting) => {
    const api = new TestApi();
    expect((await put(path, setting, api)).status).toBe(200);
    expect((await api.get(`/settings/${path}`, { as: AGENT })).body).toEqual(setting);
  });

  it("replaces the setting only while its ETag matches", async () => {
    const api = new TestApi();
    const { etag } = (await api.get("/settings/queues/billing", { as: AGENT })).headers;
    const headers = { "if-match": etag };
    const saved = await put("queues/billing", { id: "billing", name: "Money" }, api, headers);
    expect(saved.status).toBe(200);
    expect((await api.get("/settings/queues/billing", { as: AGENT })).headers.etag).toBe(saved.headers.etag);
    const second = await put("queues/billing", { id: "billing", name: "Cash" }, api, headers);
    expect([second.status, second.body.type]).toEqual([412, "urn:hilo:problem:version-mismatch"]);
    expect((await api.get("/settings/queues/billing", { as: AGENT })).body.name).toBe("Money");
  });

  it.each([
    ["+525512345678", "+5215512345678"],
    ["+5491123456789", "+541123456789"],
  ])("refuses a second channel with the number %s in its written form %s", async (number, other) => {
    const api = new TestApi({ channels: [sampleChannel({ number })] });
    const { status, body } = await put("channels/second", sampleChannel({ id: "second", number: other }), api);
    expect([status, body.errors[0]]).toEqual([422, { field: "number", message: 'already belongs to channel "main"' }]);
    expect((await put("channels/main", sampleChannel({ number: other }), api)).status).toBe(200);
  });

  const rules = { id: "routing-rules" };
  it.each([
    ["queues/sales", { id: "support", name: "Sales" }, "id"],
    ["queues/sales", { id: "sales", name: "Sales", offerSecond: 30 }, "offerSecond"],
    ["queues/sales", { id: "sales", name: "Sales", offerSeconds: 1 }, "offerSeconds"],
    ["queues/sales", { id: "sales", name: "\u200B" }, "name"],
    ["quick-replies/hi", { id: "hi", title: "Hi", text: "\u2060" }, "text"],
    ["channels/main", { ...sampleChannel(), keywordReplies: { stop: "\u00AD" } }, "keywordReplies.stop"],
    ["channels/main", { ...sampleChannel(), keywordReplies: { halt: "Bye." } }, "keywordReplies.halt"],
    ["channels/main", { ...sampleChannel(), keywords: { words: { halt: [] } } }, "keywords.words.halt"],
    ["queues/sales", { id: "sales", name: "Sales", overflow: { afterSeconds: 60, to: "x" } }, "overflow.to"],
    [
      "operating-hours/week",
      {
        id: "week",
        timeZone: "UTC",
        week: [{ day: "monday", from: "08:00", until: "17:00", open: true }],
        holidays: [],
      },
      "week.0.open",
    ],
    [
      "routing-rules/routing-rules",
      { ...rules, rules: [{ name: "a", when: { text: ["x"] }, queueId: "billing" }] },
      "rules.0.when.text",
    ],
    [
      "routing-rules/routing-rules",
      { ...rules, rules: [{ name: "a", when: { hours: { id: "week", open: true, on: 1 } }, queueId: "billing" }] },
      "rules.0.when.hours.on",
    ],
    [
      "routing-rules/routing-rules",
      { ...rules, rules: [{ name: "a", when: {}, queueId: "billing", q: 1 }] },
      "rules.0.q",
    ],
    ["organisation/contoso", sampleCompany(), "id"],
    ["organisation/organisation", { ...sampleCompany(), defaultCountry: "XX" }, "defaultCountry"],
    ["organisation/organisation", sampleCompany({ fallbackQueueId: "sales" }), "fallbackQueueId"],
    ["channels/other", sampleChannel({ id: "other" }), "number"],
    ["channels/main", sampleChannel({ queueId: "sales" }), "queueId"],
    [
      "queues/sales",
      { id: "sales", name: "Sales", overflow: { afterSeconds: 60, toQueueId: "sales" } },
      "overflow.toQueueId",
    ],
    [
      "queues/sales",
      { id: "sales", name: "Sales", overflow: { afterSeconds: 60, toQueueId: "x" } },
      "overflow.toQueueId",
    ],
    ["channels/main", { ...sampleChannel(), keywords: { languages: ["xx"] } }, "keywords.languages.0"],
    ["channels/main", { ...sampleChannel(), keywords: { languages: ["en", "en"] } }, "keywords.languages"],
    ["channels/main", { ...sampleChannel(), keywords: { words: { stop: ["?!"] } } }, "keywords.words.stop.0"],
    ["channels/main", { ...sampleChannel(), keywords: { words: { help: ["stop"] } } }, "keywords.words.help.0"],
    [
      "channels/main",
      { ...sampleChannel(), keywords: { languages: ["es"], words: { start: ["No más", "ALTO"] } } },
      "keywords.words.start.1",
    ],
    [
      "routing-rules/routing-rules",
      { ...rules, rules: [{ name: "a", when: { textContains: ["\u200B"] }, queueId: "billing" }] },
      "rules.0.when.textContains.0",
    ],
    ["operating-hours/week", { id: "week", timeZone: "Mars", week: [], holidays: [] }, "timeZone"],
    ["routing-rules/routing-rules", { ...rules, rules: [{ name: "a", when: {}, queueId: "x" }] }, "rules.0.queueId"],
    [
      "routing-rules/routing-rules",
      { ...rules, rules: [{ name: "a", when: { channelIds: ["main", "x"] }, queueId: "billing" }] },
      "rules.0.when.channelIds",
    ],
    [
      "routing-rules/routing-rules",
      { ...rules, rules: [{ name: "a", when: { hours: { id: "x", open: true } }, queueId: "billing" }] },
      "rules.0.when.hours.id",
    ],
  ])("refuses %s as %j, names the field %s, and saves nothing", async (path, setting, field) => {
    const api = new TestApi();
    const before = await api.get(`/settings/${path.split("/")[0]}`, { as: AGENT });
    const { status, body } = await put(path, setting, api);
    expect([status, body.errors.map((error: { field: string }) => error.field)]).toEqual([422, [field]]);
    expect((await api.get(`/settings/${path.split("/")[0]}`, { as: AGENT })).body).toEqual(before.body);
    expect(api.fakes.jobs.dispatches).toEqual([]);
  });
});
