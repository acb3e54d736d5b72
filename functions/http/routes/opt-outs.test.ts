import { describe, expect, it } from "vitest";
import { customerOf } from "../../../tests/fakes/sample-conversation.ts";
import { ADMINISTRATOR, AGENT, SUPERVISOR, TestApi } from "../../../tests/http/test-api.ts";

const as = ADMINISTRATOR;
const add = (api: TestApi, n = 0, reason = "asked by phone") =>
  api.post("/opt-outs", { as, body: { channelId: "main", customer: customerOf(n), reason } });

describe("/opt-outs", () => {
  it("adds, lists, shows and ends opt-outs, and records the administrator and the reason", async () => {
    const api = new TestApi();
    const { body: added } = await add(api);
    expect(added).toMatchObject({ channelId: "main", customer: customerOf(0), consent: { optedOut: true } });
    expect((await api.get("/opt-outs", { as })).body.items.map(({ id }: { id: string }) => id)).toEqual([added.id]);
    api.fakes.clock.advance(1);
    const ended = await api.post(`/opt-outs/${added.id}/end`, { as, body: { reason: "asked to come back" } });
    expect(ended.body.consentHistory).toMatchObject([
      { optedOut: true, source: { agentId: "admin", reason: "asked by phone" } },
      { optedOut: false, source: { agentId: "admin", reason: "asked to come back" } },
    ]);
    expect((await api.get("/opt-outs", { as })).body.items).toEqual([]);
    expect((await api.get(`/opt-outs/${added.id}`, { as })).body).toEqual(ended.body);
  });

  it("lists opt-outs page by page, latest first, and exports all of them as CSV", async () => {
    const api = new TestApi();
    for (let n = 0; n < 3; n++) {
      api.fakes.clock.advance(1);
      await add(api, n, n === 1 ? 'said "no", twice' : "asked");
    }
    const first = await api.get("/opt-outs?limit=2", { as });
    const second = await api.get(`/opt-outs?limit=2&continuation=${first.body.continuation}`, { as });
    const customers = [...first.body.items, ...second.body.items].map(({ customer }) => customer);
    expect(customers).toEqual([customerOf(2), customerOf(1), customerOf(0)]);
    const file = await api.get("/opt-outs/export?channelId=main", { as });
    expect(file.headers["content-type"]).toBe("text/csv");
    const lines = file.body.trim().split("\n");
    expect(lines).toHaveLength(4);
    expect(lines[2]).toContain('"said ""no"", twice"');
  });

  it.each([
    [{ channelId: "none", customer: customerOf(0), reason: "x" }, "channelId"],
    [{ channelId: "main", customer: "12", reason: "x" }, "customer"],
    [{ channelId: "main", customer: "+491234", reason: "x" }, "customer"],
    [{ channelId: "main", customer: "442071838750", reason: "x" }, "customer"],
    [{ channelId: "main", customer: customerOf(0), reason: " " }, "reason"],
  ])("refuses %j, and names the field %s", async (body, field) => {
    const { status, body: problem } = await new TestApi().post("/opt-outs", { as, body });
    expect([status, problem.errors[0].field]).toEqual([422, field]);
  });

  it("shows the version of a history, and ends an opt-out in that version only", async () => {
    const api = new TestApi();
    const added = await add(api);
    const path = `/opt-outs/${added.body.id}`;
    expect(added.headers.etag).toBe((await api.get(path, { as })).headers.etag);
    const body = { reason: "asked to come back" };
    const headers = { "if-match": added.headers.etag ?? "" };
    const ended = await api.post(`${path}/end`, { as, body, headers });
    expect([ended.status, ended.headers.etag]).toEqual([200, (await api.get(path, { as })).headers.etag]);
    expect((await api.post(`${path}/end`, { as, body, headers })).status).toBe(412);
  });

  it("opts a customer out again in the given version of the history only", async () => {
    const api = new TestApi();
    const body = { channelId: "main", customer: customerOf(0), reason: "asked by phone" };
    const { etag = "" } = (await add(api)).headers;
    const again = await api.post("/opt-outs", { as, body, headers: { "if-match": etag } });
    expect([again.status, again.headers.etag === etag]).toEqual([200, false]);
    const late = await api.post("/opt-outs", { as, body, headers: { "if-match": etag } });
    expect([late.status, late.body.type]).toEqual([412, "urn:hilo:problem:version-mismatch"]);
    const unknown = { ...body, customer: customerOf(1) };
    expect((await api.post("/opt-outs", { as, body: unknown, headers: { "if-match": etag } })).status).toBe(412);
    expect((await api.get("/opt-outs", { as })).body.items).toHaveLength(1);
  });

  it("is for administrators only, and responds 404 for an unknown thread", async () => {
    const api = new TestApi();
    for (const other of [AGENT, SUPERVISOR]) expect((await api.get("/opt-outs", { as: other })).status).toBe(403);
    expect((await api.get("/opt-outs/0123456789abcdef01234567", { as })).status).toBe(404);
    const end = await api.post("/opt-outs/0123456789abcdef01234567/end", { as, body: { reason: "x" } });
    expect(end.status).toBe(404);
  });
});
