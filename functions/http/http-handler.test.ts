import { HttpRequest, InvocationContext } from "@azure/functions";
import { describe, expect, it } from "vitest";
import { inboundMessageSchema } from "../../shared/conversation/message.ts";
import { TransientError } from "../../shared/kernel/errors.ts";
import { sampleConversation } from "../../tests/fakes/sample-conversation.ts";
import { sampleCompany } from "../../tests/fakes/sample-organisation.ts";
import { ADMINISTRATOR, AGENT, TestApi, tokenOf } from "../../tests/http/test-api.ts";
import { httpHandler } from "./http-handler.ts";
import { MAX_BYTES } from "./read-request.ts";

const presence = { presence: "busy" };

describe("a caller", () => {
  it.each([
    ["no token", {}],
    ["another scheme", { headers: { authorization: `Basic ${AGENT}` } }],
    ["an invalid token", { as: "invalid.token" }],
    ["two tokens", { as: `${AGENT} ${AGENT}` }],
  ])("is unauthenticated with %s", async (_, sent) => {
    const { status, headers, body } = await new TestApi().get("/me", sent);
    expect(status).toBe(401);
    expect(headers["www-authenticate"]).toBe("Bearer");
    expect(body.type).toBe("urn:hilo:problem:unauthenticated");
  });

  it("is authenticated by a token, whatever the case of the scheme", async () => {
    const { status } = await new TestApi().get("/me", { headers: { authorization: `bearer ${AGENT}` } });
    expect(status).toBe(200);
  });

  it("is forbidden without one of the route's roles", async () => {
    const { status, body } = await new TestApi().get("/quarantine", { as: AGENT });
    expect([status, body.type]).toEqual([403, "urn:hilo:problem:forbidden"]);
  });

  it("is forbidden with a token without roles", async () => {
    expect((await new TestApi().get("/me", { as: tokenOf("agent-a") })).status).toBe(403);
  });

  it("is authenticated before the body is read", async () => {
    expect((await new TestApi().put("/me/presence", { body: "{" })).status).toBe(401);
  });

  it("may call a public route with an invalid token", async () => {
    expect((await new TestApi().get("/health", { as: "invalid.token" })).status).toBe(200);
  });

  it("may call a public route while the identity provider is unavailable", async () => {
    const api = new TestApi();
    api.tokenVerifier.verify = () => Promise.reject(new TransientError("keys unreachable"));
    expect((await api.get("/health", { as: ADMINISTRATOR })).body).toEqual({ status: "up" });
  });

  it("gets a 503 while the identity provider is unavailable", async () => {
    const api = new TestApi();
    api.tokenVerifier.verify = () => Promise.reject(new TransientError("keys unreachable"));
    expect((await api.get("/me", { as: AGENT })).status).toBe(503);
  });
});

describe("a request", () => {
  it("may begin with a byte order mark", async () => {
    const body = `\uFEFF${JSON.stringify(presence)}`;
    expect((await new TestApi().put("/me/presence", { as: AGENT, body })).status).toBe(200);
  });

  it.each([["{"], [""], ["presence=busy"]])("is malformed when its body is %j", async (body) => {
    const received = await new TestApi().put("/me/presence", { as: AGENT, body });
    expect([received.status, received.body.type]).toEqual([400, "urn:hilo:problem:malformed-body"]);
  });

  it.each([
    ["/contacts", "application/json"],
    ["/contacts/import", "text/csv"],
  ])("needs a Content-Length for %s: a body that was sent in chunks does not arrive", async (path, type) => {
    const headers = { "transfer-encoding": "chunked", "content-type": type };
    const received = await new TestApi().post(path, { as: tokenOf("admin", "Agent", "Administrator"), headers });
    expect([received.status, received.body.type]).toEqual([411, "urn:hilo:problem:length-required"]);
    expect(received.body.detail).toContain("Send Content-Length");
  });

  it.each([
    ["a body that arrives", { headers: { "transfer-encoding": "chunked" }, body: presence }, 200],
    ["an empty body with a length", { headers: { "content-length": "0" } }, 400],
  ])("needs no Content-Length with %s", async (_, sent, status) => {
    expect((await new TestApi().put("/me/presence", { as: AGENT, ...sent })).status).toBe(status);
  });

  it("needs no Content-Length where there is no body", async () => {
    const headers = { "transfer-encoding": "chunked" };
    expect((await new TestApi().get("/me", { as: AGENT, headers })).status).toBe(200);
  });

  it("is invalid when its body does not match the schema, and every wrong field is named", async () => {
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
    ["/me/work-items?state=queued", "state"],
    ["/conversations/c1", "id"],
  ])("is invalid as %s, and the parameter %s is named", async (path, field) => {
    const { status, body } = await new TestApi().get(path, { as: AGENT });
    expect([status, body.errors[0].field]).toEqual([422, field]);
  });

  it.each([
    ["POST", "/contacts", { mobilePhone: "4255550123", firstName: "An\uD83D" }, "firstName"],
    ["POST", "/contacts", { mobilePhone: "4255550123", tags: ["vip", "go\0ld"] }, "tags.1"],
    ["PUT", "/settings/queues/sales", { id: "sales", name: "Sales \uDC4D" }, "name"],
    ["PUT", "/settings/quick-replies/hi", { id: "hi", title: "Hi\0", text: "Hi" }, "title"],
    ["POST", "/opt-outs", { channelId: "main", customer: "4255550123", reason: "by \uD83D" }, "reason"],
    ["PUT", "/agents/agent-a", { name: "A\0", capacity: 1, queueIds: [], skills: [] }, "name"],
  ])("is invalid as %s %s %j, and the ill-formed member %s is named", async (method, path, body, field) => {
    const as = tokenOf("admin", "Agent", "Administrator");
    const received = await new TestApi().call(method, path, { as, body });
    expect([received.status, received.body.errors]).toEqual([
      422,
      [{ field, message: "must be well-formed Unicode, without NUL" }],
    ]);
  });

  it("is invalid with an unknown query parameter, which is named", async () => {
    const { status, body } = await new TestApi().get("/contacts?name=zzz&limit=1", { as: AGENT });
    expect([status, body.errors]).toEqual([422, [{ field: "name", message: "is not known" }]]);
  });

  it.each([
    ["/contacts", MAX_BYTES.json],
    ["/contacts/import", MAX_BYTES.csv],
  ])("is too large for %s with more than %i bytes", async (path, bytes) => {
    const api = new TestApi();
    const as = tokenOf("admin", "Agent", "Administrator");
    const tooLarge = await api.post(path, { as, body: "x".repeat(bytes + 1) });
    expect([tooLarge.status, tooLarge.body.type]).toEqual([413, "urn:hilo:problem:too-large"]);
  });

  it("accepts a body of exactly the maximum size", async () => {
    const received = await new TestApi().post("/contacts", { as: ADMINISTRATOR, body: "x".repeat(MAX_BYTES.json) });
    expect([received.status, received.body.type]).toEqual([400, "urn:hilo:problem:malformed-body"]);
  });
});

describe("the content type of a request", () => {
  const as = tokenOf("admin", "Agent", "Administrator");
  const statusOf = async (path: string, type: string, body: string) =>
    (await new TestApi().post(path, { as, body, headers: { "content-type": type } })).status;

  it.each(["application/json", "Application/JSON; charset=utf-8"])("may be %s for JSON", async (type) => {
    expect(await statusOf("/contacts", type, "{}")).toBe(422);
  });

  it.each(["text/plain", "text/csv", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""])(
    "is refused as %j for JSON, before the body is read",
    async (type) => {
      expect(await statusOf("/contacts", type, "{")).toBe(415);
    },
  );

  it("must be text/csv for a file of contacts", async () => {
    const csv = "mobilePhone,firstName,lastName,tags";
    expect(await statusOf("/contacts/import", "text/csv", csv)).toBe(200);
    expect(await statusOf("/contacts/import", "application/json", csv)).toBe(415);
  });
});

describe("a caller who makes too many requests that send or export", () => {
  it("gets a Retry-After, and may still read", async () => {
    const api = new TestApi({ organisation: sampleCompany({ requestsPerMinute: 2 }) });
    const send = () => api.get("/opt-outs/export", { as: ADMINISTRATOR });
    await send();
    await send();
    const { status, headers, body } = await send();
    expect([status, body.type]).toEqual([429, "urn:hilo:problem:too-many-requests"]);
    expect([headers["retry-after"], body.retryAfterSeconds]).toEqual(["60", 60]);
    expect((await api.get("/opt-outs", { as: ADMINISTRATOR })).status).toBe(200);
    api.fakes.clock.advance(60);
    expect((await send()).status).toBe(200);
  });
});

describe("a response", () => {
  it("may not be framed, guessed at, or fetched without TLS by a browser", async () => {
    for (const path of ["/me", "/health"]) {
      const { headers } = await new TestApi().get(path, { as: AGENT });
      expect(headers).toMatchObject({
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        "strict-transport-security": "max-age=31536000; includeSubDomains",
        "x-content-type-options": "nosniff",
      });
    }
  });

  it("is a download when it is a file", async () => {
    const { headers } = await new TestApi().get("/opt-outs/export", { as: ADMINISTRATOR });
    expect(headers["content-disposition"]).toBe('attachment; filename="export-opt-outs.csv"');
  });

  it("carries the invocation's id, and may not be stored unless clients poll it", async () => {
    const api = new TestApi();
    const refused = "/me/work-items?limit=0";
    for (const [path, as] of [
      ["/me", AGENT],
      ["/me/work-items", undefined],
      [refused, AGENT],
    ] as const) {
      const received = await api.get(path, { ...(as && { as }) });
      expect(received.headers).toMatchObject({ "x-correlation-id": "invocation-1", "cache-control": "no-store" });
    }
  });

  it("is a problem with the invocation's id when the request is refused", async () => {
    const { headers, body } = await new TestApi().get("/me");
    expect(headers["content-type"]).toBe("application/problem+json");
    expect(body).toEqual({
      type: "urn:hilo:problem:unauthenticated",
      title: "A valid bearer token is required",
      status: 401,
      correlationId: "invocation-1",
    });
  });

  it("is a 503 with Retry-After when a store is unavailable", async () => {
    const api = new TestApi();
    api.fakes.hooks.before = () => {
      throw new TransientError("agents unreachable");
    };
    const { status, headers, body } = await api.get("/me", { as: AGENT });
    expect([status, body.type]).toEqual([503, "urn:hilo:problem:unavailable"]);
    expect(Number(headers["retry-after"])).toBeGreaterThan(0);
    expect(body.detail).toBeUndefined();
  });

  it("is a 503 that is logged as an error when a store refuses access", async () => {
    const api = new TestApi();
    const levels: string[] = [];
    const route = api.routes.find(({ name }) => name === "get-me") ?? expect.fail();
    const portsFor = () => {
      throw new TransientError("Cosmos DB: cannot read from agents (403)", { isAccessRefused: true });
    };
    const context = new InvocationContext({ logHandler: (level) => void levels.push(level) });
    const request = new HttpRequest({
      method: "GET",
      url: "http://127.0.0.1/api/me",
      headers: { authorization: `Bearer ${AGENT}` },
    });
    const { status } = await httpHandler(route, { tokenVerifier: api.tokenVerifier, portsFor })(request, context);
    expect([status, levels]).toEqual([503, ["error"]]);
  });

  it("hides a defect from the client, and its message from the log", async () => {
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

describe("a response that clients poll", () => {
  const { id, threadId } = sampleConversation("active");
  const as = tokenOf("agent-a", "Agent", "Supervisor");
  /** Changes every list. */
  const changeAll = async ({ fakes }: TestApi) => {
    fakes.conversations.seed(sampleConversation("active", { preview: "changed" }));
    fakes.conversations.seed(sampleConversation("queued", {}, 1));
    const text = { direction: "inbound", state: "received", text: "hello", segments: 1, exceedsLimit: false };
    const received = { ...text, id: "acs:1", threadId, conversationId: id, createdAt: fakes.now() };
    await fakes.messages.create(inboundMessageSchema.parse(received));
  };
  const firstOf = async (path: string) => {
    const api = new TestApi();
    api.fakes.conversations.seed(sampleConversation("active"));
    const { headers } = await api.get(path, { as });
    const again = (ifNoneMatch = headers.etag ?? "") =>
      api.get(path, { as, headers: { "if-none-match": ifNoneMatch } });
    return { api, headers, again };
  };

  describe.each(["/me/work-items", "/queues/support/work-items", "/conversations", `/conversations/${id}/messages`])(
    "from %s",
    (path) => {
      it("may be kept by the client, which must ask each time whether it has changed", async () => {
        const { headers } = await firstOf(path);
        expect(headers["cache-control"]).toBe("private, no-cache");
        expect(headers.etag).toMatch(/^W\/"[\w-]{43}"$/);
      });

      it("is a 304 without a body for the client that has it", async () => {
        const { headers, again } = await firstOf(path);
        const { "content-type": _, ...kept } = headers;
        expect(await again()).toEqual({ status: 304, headers: kept, body: undefined });
      });

      it("is shown again with another ETag after a change", async () => {
        const { api, headers, again } = await firstOf(path);
        await changeAll(api);
        const { status, headers: changed, body } = await again();
        expect([status, body.items.length > 0]).toEqual([200, true]);
        expect(changed.etag).not.toBe(headers.etag);
        expect((await again(changed.etag)).status).toBe(304);
      });
    },
  );

  it.each([
    ['"<hash>"', 304],
    ['"other", W/"<hash>"', 304],
    ["*", 304],
    ['"other", W/"another"', 200],
    ["<hash>", 200],
    ["", 200],
  ])(
    "is compared with every ETag of If-None-Match, whether weak or strong: %s responds %i",
    async (named, expected) => {
      const { headers, again } = await firstOf("/me/work-items");
      const [, hash = ""] = /"(.+)"/.exec(headers.etag ?? "") ?? [];
      expect((await again(named.replace("<hash>", hash))).status).toBe(expected);
    },
  );

  it("has an ETag that matches no If-Match", async () => {
    const { api, headers } = await firstOf("/conversations");
    const sent = { as, headers: { "if-match": headers.etag ?? "" } };
    expect((await api.post(`/conversations/${id}/end`, sent)).status).toBe(412);
  });

  it("is a problem for a caller who may not see it, whatever the caller has", async () => {
    const { api } = await firstOf("/me/work-items");
    const sent = { as: tokenOf("agent-b", "Agent"), headers: { "if-none-match": "*" } };
    const { status, headers } = await api.get("/queues/support/work-items", sent);
    expect([status, headers["cache-control"]]).toEqual([403, "no-store"]);
  });
});
