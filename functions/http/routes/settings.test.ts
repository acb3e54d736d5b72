import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { SettingKind } from "../../../shared/settings/settings.ts";
import { sampleConversation } from "../../../tests/fakes/sample-conversation.ts";
import { sampleChannel, sampleCompany, sampleQueue, sampleRule } from "../../../tests/fakes/sample-organisation.ts";
import { STORED_SAMPLES } from "../../../tests/fixtures/stored-samples.ts";
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

describe("a setting with an unknown member", () => {
  const SAMPLES = {
    organisation: "organisation",
    channels: "channel",
    queues: "queue",
    "routing-rules": "routing rules",
    "operating-hours": "operating hours",
    "quick-replies": "quick reply",
  } satisfies Record<SettingKind, string>;

  /** The value with an unknown member in one of its objects, once for each of them, and the path of that member. */
  function* withUnknown(value: unknown, path = ""): Generator<readonly [path: string, value: unknown]> {
    if (typeof value !== "object" || value === null) return;
    if (!Array.isArray(value)) yield [`${path}unknown`, { ...value, unknown: 1 }];
    for (const [name, member] of Object.entries(value)) {
      for (const [field, changed] of withUnknown(member, `${path}${name}.`)) {
        yield [field, Array.isArray(value) ? value.with(Number(name), changed) : { ...value, [name]: changed }];
      }
    }
  }

  const cases = Object.entries(SAMPLES).flatMap(([kind, name]) => {
    const setting = STORED_SAMPLES.find((sample) => sample.name === name)?.value;
    const { id } = z.object({ id: z.string() }).parse(setting);
    return [...withUnknown(setting)].map(([field, changed]) => [`${kind}/${id}`, field, changed] as const);
  });

  it("is tried at every depth", () => {
    const fields = cases.map(([path, field]) => `${path} ${field}`);
    expect(fields).toContain("routing-rules/routing-rules rules.1.when.hours.unknown");
    expect(fields).toContain("channels/main keywordReplies.byLanguage.es.unknown");
    expect(new Set(cases.map(([path]) => path)).size).toBe(Object.keys(SAMPLES).length);
  });

  it.each(cases)("is refused by PUT %s, with the path %s", async (path, field, setting) => {
    const { status, body } = await put(path, setting);
    expect([status, body.errors]).toEqual([422, [{ field, message: "is not known" }]]);
  });
});

describe("DELETE /settings/{kind}/{id}", () => {
  const week = { id: "week", timeZone: "UTC", week: [], holidays: [] };
  const spare = sampleQueue({ id: "spare", name: "Spare", operatingHoursId: "week" });
  const retire = (path: string, api: TestApi, headers = {}) =>
    api.delete(`/settings/${path}`, { as: ADMINISTRATOR, headers });
  const withSpares = () =>
    new TestApi({
      queues: [...["support", "billing", "fallback"].map((id) => sampleQueue({ id, name: id })), spare],
      channels: [sampleChannel(), sampleChannel({ id: "second", number: "+14255550101" })],
      rules: [sampleRule({ when: { channelIds: ["main"] } })],
      operatingHours: [week, { ...week, id: "unused" }],
    });

  it.each(["queues/spare", "channels/second", "operating-hours/unused", "routing-rules/routing-rules"])(
    "retires %s, which is shown by id, not listed, and no longer applies",
    async (path) => {
      const api = withSpares();
      const before = await api.get(`/settings/${path}`, { as: AGENT });
      const { status, body, headers } = await retire(path, api);
      expect([status, body]).toEqual([200, { ...before.body, retiredAt: api.fakes.now() }]);
      const shown = await api.get(`/settings/${path}`, { as: AGENT });
      expect([shown.body, shown.headers.etag]).toEqual([body, headers.etag]);
      const [kind, id] = path.split("/");
      const { items } = (await api.get(`/settings/${kind}`, { as: AGENT })).body;
      expect(items.map((setting: { id: string }) => setting.id)).not.toContain(id);
      const { channels, queues, rules, operatingHours } = await api.fakes.settings.snapshot();
      const applied = [...channels, ...queues, ...operatingHours].map((setting) => setting.id);
      expect(path.startsWith("routing-rules") ? rules : applied.filter((appliedId) => appliedId === id)).toEqual([]);
      api.fakes.clock.advance(60);
      expect((await retire(path, api)).body).toEqual(body);
    },
  );

  it.each([
    ["queues/fallback", ["organisation.fallbackQueueId"]],
    ["queues/support", ["channels.main.queueId", "channels.second.queueId", "agents.agent-a.queueIds"]],
    ["queues/billing", ["routing-rules.rules.0.queueId", "agents.agent-b.queueIds"]],
    ["channels/main", ["routing-rules.rules.0.when.channelIds"]],
    ["operating-hours/week", ["queues.spare.operatingHoursId"]],
  ])("refuses %s, and names what refers to it: %j", async (path, fields) => {
    const api = withSpares();
    const { status, body } = await retire(path, api);
    expect([status, body.type]).toEqual([409, "urn:hilo:problem:in-use"]);
    expect(body.errors).toEqual(fields.map((field) => ({ field, message: "refers to it" })));
    expect((await api.get(`/settings/${path}`, { as: AGENT })).body).not.toHaveProperty("retiredAt");
  });

  it.each([
    ["queues/spare", { queueId: "spare" }],
    ["channels/second", { channelId: "second" }],
  ])("refuses %s while conversations are open, and counts them by state", async (path, place) => {
    const api = withSpares();
    for (const [n, state] of (["queued", "queued", "active", "closed"] as const).entries()) {
      api.fakes.conversations.seed(sampleConversation(state, place, n));
    }
    const { status, body } = await retire(path, api);
    expect([status, body.type]).toEqual([409, "urn:hilo:problem:has-open-conversations"]);
    expect(body.openConversations).toEqual({ queued: 2, active: 1 });
    for (const conversation of api.fakes.conversations.all()) {
      api.fakes.conversations.seed({ ...sampleConversation("closed", place), id: conversation.id });
    }
    expect((await retire(path, api)).status).toBe(200);
  });

  it.each([
    ["queues/billing", { queueId: "billing" }, ["routing-rules.rules.0.queueId", "agents.agent-b.queueIds"]],
    ["channels/main", { channelId: "main" }, ["routing-rules.rules.0.when.channelIds"]],
  ])("counts the open conversations of %s, and names what refers to it too", async (path, place, fields) => {
    const api = withSpares();
    api.fakes.conversations.seed(sampleConversation("active", place));
    const { status, body } = await retire(path, api);
    expect([status, body.type]).toEqual([409, "urn:hilo:problem:has-open-conversations"]);
    expect(body.openConversations).toEqual({ active: 1 });
    expect(body.errors.map(({ field }: { field: string }) => field)).toEqual(fields);
  });

  it("counts conversations with one query, and only for a queue or a channel", async () => {
    const api = withSpares();
    const operations: string[] = [];
    api.fakes.hooks.before = (operation) => operations.push(operation);
    await retire("operating-hours/unused", api);
    expect(operations.filter((operation) => operation.startsWith("conversations"))).toEqual([]);
    await retire("queues/spare", api);
    expect(operations.filter((operation) => operation.startsWith("conversations"))).toEqual([
      "conversations.countOpen",
    ]);
  });

  it("retires a setting only while its ETag matches, and refuses a save of the version before", async () => {
    const api = withSpares();
    expect((await retire("queues/spare", api, { "if-match": '"b2xk"' })).status).toBe(412);
    const { etag = "" } = (await api.get("/settings/queues/spare", { as: AGENT })).headers;
    expect((await retire("queues/spare", api, { "if-match": etag })).status).toBe(200);
    expect((await put("queues/spare", spare, api, { "if-match": etag })).status).toBe(412);
  });

  it("is undone by saving the setting", async () => {
    const api = withSpares();
    await retire("queues/spare", api);
    expect(
      (await put("queues/support", sampleQueue({ overflow: { afterSeconds: 60, toQueueId: "spare" } }), api)).body,
    ).toMatchObject({ errors: [{ field: "overflow.toQueueId", message: 'there is no queue "spare"' }] });
    expect((await put("queues/spare", spare, api)).body).toEqual(spare);
    expect((await api.get("/settings/queues/spare", { as: AGENT })).body).toEqual(spare);
    expect((await api.fakes.settings.list("queues")).map(({ id }) => id)).toContain("spare");
  });

  it("does not undo it when another channel has the number by now", async () => {
    const api = withSpares();
    await retire("channels/second", api);
    await put("channels/third", sampleChannel({ id: "third", number: "+14255550101" }), api);
    const { status, body } = await put("channels/second", sampleChannel({ id: "second", number: "+14255550101" }), api);
    expect([status, body.errors[0].message]).toEqual([422, 'already belongs to channel "third"']);
  });

  it("refuses the organisation", async () => {
    const { status, body } = await retire("organisation/organisation", new TestApi());
    expect([status, body.errors[0].field]).toEqual([422, "kind"]);
  });

  it("responds 404 for a setting that does not exist", async () => {
    expect((await retire("queues/unknown", new TestApi())).status).toBe(404);
  });
});
