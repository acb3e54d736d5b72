import { describe, expect, it } from "vitest";
import { TransientError } from "../../shared/kernel/errors.ts";
import { ADMINISTRATOR, AGENT, TestApi, tokenOf } from "../../tests/http/test-api.ts";
import { MAX_BYTES } from "./read-request.ts";

const presence = { presence: "busy" };

describe("who calls", () => {
  it.each([
    ["no token", {}],
    ["another scheme", { headers: { authorization: `Basic ${AGENT}` } }],
    ["a token that is not ours", { as: "somebodys.token" }],
    ["two words after the scheme", { as: `${AGENT} ${AGENT}` }],
  ])("is asked for a token after %s", async (_, sent) => {
    const { status, headers, body } = await new TestApi().get("/me", sent);
    expect(status).toBe(401);
    expect(headers["www-authenticate"]).toBe("Bearer");
    expect(body.type).toBe("urn:hilo:problem:unauthenticated");
  });

  it("is known by a token, whatever the case of its scheme", async () => {
    const { status } = await new TestApi().get("/me", { headers: { authorization: `bearer ${AGENT}` } });
    expect(status).toBe(200);
  });

  it("is refused without one of the route's roles", async () => {
    const { status, body } = await new TestApi().get("/quarantine", { as: AGENT });
    expect([status, body.type]).toEqual([403, "urn:hilo:problem:forbidden"]);
  });

  it("is refused with a token that has no role at all", async () => {
    expect((await new TestApi().get("/me", { as: tokenOf("agent-a") })).status).toBe(403);
  });

  it("learns nothing about its body before it is known", async () => {
    expect((await new TestApi().put("/me/presence", { body: "{" })).status).toBe(401);
  });

  it("may be a stranger where a route is public, with a bad token too", async () => {
    expect((await new TestApi().get("/health", { as: "somebodys.token" })).status).toBe(200);
  });

  it("may be a stranger where a route is public, while no token can be checked", async () => {
    const api = new TestApi();
    api.tokenVerifier.verify = () => Promise.reject(new TransientError("keys unreachable"));
    expect((await api.get("/health", { as: ADMINISTRATOR })).body).toEqual({ status: "up" });
  });

  it("is asked to come again while no token can be checked", async () => {
    const api = new TestApi();
    api.tokenVerifier.verify = () => Promise.reject(new TransientError("keys unreachable"));
    expect((await api.get("/me", { as: AGENT })).status).toBe(503);
  });
});

describe("a request", () => {
  it("may begin with a byte order mark, which says nothing", async () => {
    const body = `\uFEFF${JSON.stringify(presence)}`;
    expect((await new TestApi().put("/me/presence", { as: AGENT, body })).status).toBe(200);
  });

  it.each([["{"], [""], ["presence=busy"]])("is malformed when its body is %j", async (body) => {
    const received = await new TestApi().put("/me/presence", { as: AGENT, body });
    expect([received.status, received.body.type]).toEqual([400, "urn:hilo:problem:malformed-body"]);
  });

  it("is not valid without what its schema wants, and tells each field", async () => {
    const body = { firstName: 1, tags: ["vip", ""], nickname: "Ani" };
    const received = await new TestApi().post("/contacts", { as: AGENT, body });
    expect(received.status).toBe(422);
    expect(received.body).toMatchObject({
      type: "urn:hilo:problem:invalid",
      errors: [
        { field: "mobilePhone", message: expect.any(String) },
        { field: "firstName", message: expect.any(String) },
        { field: "tags.1", message: expect.any(String) },
        { field: "nickname", message: "is not known" },
      ],
    });
  });

  it.each([
    ["/me/work-items?limit=0", "limit"],
    ["/me/work-items?limit=101", "limit"],
    ["/me/work-items?limit=many", "limit"],
    ["/me/work-items?state=closed", "state"],
    ["/conversations/c1", "id"],
  ])("is not valid as %s", async (path, field) => {
    const { status, body } = await new TestApi().get(path, { as: AGENT });
    expect([status, body.errors[0].field]).toEqual([422, field]);
  });

  it.each([
    ["/contacts", MAX_BYTES.json],
    ["/contacts/import", MAX_BYTES.csv],
  ])("is too large for %s with more than %i bytes", async (path, bytes) => {
    const api = new TestApi();
    const as = tokenOf("admin", "Agent", "Administrator");
    const tooLarge = await api.post(path, { as, body: "x".repeat(bytes + 1) });
    expect([tooLarge.status, tooLarge.body.type]).toEqual([413, "urn:hilo:problem:too-large"]);
    expect((await api.post(path, { as, body: "x".repeat(bytes) })).status).toBe(400);
  });
});

describe("an answer", () => {
  it("carries the invocation's id, and is kept by no cache", async () => {
    const api = new TestApi();
    for (const received of [await api.get("/me", { as: AGENT }), await api.get("/me")]) {
      expect(received.headers).toMatchObject({ "x-correlation-id": "invocation-1", "cache-control": "no-store" });
    }
  });

  it("is a problem with the invocation's id when it refuses", async () => {
    const { headers, body } = await new TestApi().get("/me");
    expect(headers["content-type"]).toBe("application/problem+json");
    expect(body).toEqual({
      type: "urn:hilo:problem:unauthenticated",
      title: "A valid bearer token is required",
      status: 401,
      correlationId: "invocation-1",
    });
  });

  it("asks to come again when a store is unavailable", async () => {
    const api = new TestApi();
    api.fakes.hooks.before = () => {
      throw new TransientError("agents unreachable");
    };
    const { status, headers, body } = await api.get("/me", { as: AGENT });
    expect([status, body.type]).toEqual([503, "urn:hilo:problem:unavailable"]);
    expect(Number(headers["retry-after"])).toBeGreaterThan(0);
    expect(body.detail).toBeUndefined();
  });

  it("tells nothing of a fault, to the client or, of what it quotes, to the log", async () => {
    const api = new TestApi();
    api.fakes.hooks.before = () => {
      throw new RangeError("cannot store +14255550123: my card is 1234");
    };
    const { status, body } = await api.put("/me/presence", { as: AGENT, body: presence });
    expect(status).toBe(500);
    expect(body).toEqual({
      type: "urn:hilo:problem:internal",
      title: "The request failed because of a defect in the app",
      status: 500,
      correlationId: "invocation-1",
    });
    const log = api.logs.join("\n");
    expect(log).toContain("set-my-presence failed: RangeError");
    expect(log).toContain("http-handler.test.ts");
    expect(log).not.toMatch(/4255550123|card|busy/);
    expect(log).not.toContain(AGENT);
  });
});
