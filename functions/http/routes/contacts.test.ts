import { describe, expect, it } from "vitest";
import { sampleContact } from "../../../tests/fakes/sample-organisation.ts";
import { ADMINISTRATOR, AGENT, SUPERVISOR, TestApi, tokenOf } from "../../../tests/http/test-api.ts";

const ana = sampleContact("ana");
const leo = sampleContact("leo", { mobilePhone: "+34612345678", firstName: "Leo" });

const withContacts = () => new TestApi({ contacts: [ana, leo] });

describe("contacts", () => {
  it("are hidden from unregistered agents", async () => {
    const as = tokenOf("unregistered", "Agent");
    for (const path of ["/contacts", "/contacts/ana"]) {
      const { status, body } = await new TestApi().get(path, { as });
      expect([status, body.type]).toEqual([403, "urn:hilo:problem:not-registered"]);
    }
    expect((await new TestApi().get("/contacts", { as: SUPERVISOR })).status).toBe(200);
  });
});

describe("GET /contacts", () => {
  it.each(["+14255550123", "%2B14255550123", "(425)%20555-0123", "14255550123"])(
    "finds the contacts with a number written as %s",
    async (mobilePhone) => {
      const { body } = await withContacts().get(`/contacts?mobilePhone=${mobilePhone}`, { as: AGENT });
      expect(body).toEqual({ items: [ana] });
    },
  );

  it("finds a number of another country by its international form", async () => {
    const { body } = await withContacts().get("/contacts?mobilePhone=+34612345678", { as: AGENT });
    expect(body).toEqual({ items: [leo] });
  });

  it.each(["12", "+491234", "442071838750"])("refuses the number %s", async (number) => {
    const { status, body } = await withContacts().get(`/contacts?mobilePhone=${number}`, { as: AGENT });
    expect([status, body.errors[0].field]).toEqual([422, "mobilePhone"]);
  });

  it("finds a contact whose number has another written form", async () => {
    const api = new TestApi({ contacts: [sampleContact("eva", { mobilePhone: "+5215512345678" })] });
    for (const form of ["+5215512345678", "+525512345678", "525512345678"]) {
      const { body } = await api.get(`/contacts?mobilePhone=${form}`, { as: AGENT });
      expect(body.items, form).toMatchObject([{ id: "eva" }]);
    }
  });

  it("lists all contacts, page by page", async () => {
    const api = withContacts();
    const first = await api.get("/contacts?limit=1", { as: AGENT });
    const second = await api.get(`/contacts?limit=1&continuation=${first.body.continuation}`, { as: AGENT });
    expect([...first.body.items, ...second.body.items]).toEqual([ana, leo]);
    expect(second.body.continuation).toBeUndefined();
  });
});

describe("POST /contacts", () => {
  it("creates a contact, and stores its number in E.164", async () => {
    const api = withContacts();
    const body = { mobilePhone: "(425) 555-0199", firstName: "Eva", tags: ["vip"] };
    const { status, headers, body: created } = await api.post("/contacts", { as: AGENT, body });
    expect(status).toBe(201);
    expect(created).toEqual({
      id: "id-1",
      mobilePhone: "+14255550199",
      firstName: "Eva",
      lastName: "",
      preferredAgentIds: [],
      tags: ["vip"],
      updatedAt: api.fakes.now(),
    });
    expect(headers.location).toBe("contacts/id-1");
    const read = await api.get("/contacts/id-1", { as: AGENT });
    expect([read.body, read.headers.etag]).toEqual([created, headers.etag]);
  });

  it("parses a national number by the given country", async () => {
    const body = { mobilePhone: "612 345 678", country: "ES" };
    expect((await new TestApi().post("/contacts", { as: AGENT, body })).body.mobilePhone).toBe("+34612345678");
  });

  it.each([
    ["491716783154", "DE", "+491716783154"],
    ["+52 1 55 1234 5678", "MX", "+525512345678"],
    ["044 55 1234 5678", "MX", "+525512345678"],
  ])("takes %s of %s as %s", async (mobilePhone, country, stored) => {
    const { body } = await new TestApi().post("/contacts", { as: AGENT, body: { mobilePhone, country } });
    expect(body.mobilePhone).toBe(stored);
  });

  it.each([
    [{ mobilePhone: "12" }, "mobilePhone"],
    [{ mobilePhone: "1234", country: "DE" }, "mobilePhone"],
    [{ mobilePhone: "+43 1234" }, "mobilePhone"],
    [{ mobilePhone: "49352108949", country: "DE" }, "mobilePhone"],
    [{ mobilePhone: "4255550123", country: "XX" }, "country"],
    [{ mobilePhone: "4255550123", id: "a b" }, "id"],
  ])("refuses %j, and names the field %s", async (body, field) => {
    const received = await new TestApi().post("/contacts", { as: AGENT, body });
    expect([received.status, received.body.errors[0].field]).toEqual([422, field]);
  });

  describe("with an Idempotency-Key", () => {
    const withKey = (api: TestApi, body: object, as = AGENT) =>
      api.post("/contacts", { as, body, headers: { "idempotency-key": "try 1" } });
    const ROBIN = { mobilePhone: "+14255550177", firstName: "Robin", tags: ["vip"] };

    it("creates one contact when the request is repeated, also at once", async () => {
      const api = new TestApi();
      const [first, second] = await Promise.all([withKey(api, ROBIN), withKey(api, ROBIN)]);
      api.fakes.clock.advance(5);
      expect(first.status).toBe(201);
      expect([second, await withKey(api, ROBIN)]).toEqual([first, first]);
      expect((await api.get("/contacts?mobilePhone=%2B14255550177", { as: AGENT })).body.items).toHaveLength(1);
    });

    it("responds the same to a repeated request that chooses an id", async () => {
      const api = new TestApi();
      const first = await withKey(api, { ...ROBIN, id: "robin" });
      expect(await withKey(api, { ...ROBIN, id: "robin" })).toEqual(first);
    });

    it("refuses another contact with the same key, and creates one for another caller", async () => {
      const api = new TestApi();
      const { body } = await withKey(api, ROBIN);
      expect((await withKey(api, { ...ROBIN, firstName: "Lee" })).body.type).toBe(
        "urn:hilo:problem:idempotency-key-reused",
      );
      const other = await withKey(api, ROBIN, ADMINISTRATOR);
      expect([other.status, other.body.id === body.id]).toEqual([201, false]);
    });

    it("does not bring back a contact that was retired since", async () => {
      const api = new TestApi();
      const { body } = await withKey(api, ROBIN);
      await api.delete(`/contacts/${body.id}`, { as: ADMINISTRATOR });
      expect((await withKey(api, ROBIN)).status).toBe(422);
      expect((await api.get("/contacts?mobilePhone=%2B14255550177", { as: AGENT })).body.items).toEqual([]);
    });
  });

  it("refuses an id that exists, even with another number", async () => {
    const body = { id: "ana", mobilePhone: "+14255550199" };
    const received = await withContacts().post("/contacts", { as: AGENT, body });
    expect([received.status, received.body.type]).toEqual([409, "urn:hilo:problem:already-exists"]);
  });
});

describe("PATCH /contacts/{id}", () => {
  it("changes the given members, and keeps the others", async () => {
    const api = withContacts();
    api.fakes.clock.advance(60);
    const body = { mobilePhone: "425 555 0177", tags: ["vip"] };
    const { body: changed } = await api.patch("/contacts/ana", { as: AGENT, body });
    expect(changed).toEqual({ ...ana, mobilePhone: "+14255550177", tags: ["vip"], updatedAt: api.fakes.now() });
  });

  it("changes the contact only while its ETag matches", async () => {
    const api = withContacts();
    const { etag = "" } = (await api.get("/contacts/ana", { as: AGENT })).headers;
    const change = { as: AGENT, headers: { "if-match": etag }, body: { lastName: "Sol" } };
    const changed = await api.patch("/contacts/ana", change);
    expect(changed.status).toBe(200);
    expect((await api.get("/contacts/ana", { as: AGENT })).headers.etag).toBe(changed.headers.etag);
    const second = await api.patch("/contacts/ana", { ...change, body: { lastName: "Luna" } });
    expect([second.status, second.body.type]).toEqual([412, "urn:hilo:problem:version-mismatch"]);
    expect((await api.get("/contacts/ana", { as: AGENT })).body.lastName).toBe("Sol");
  });

  it.each(["*", 'W/"b2xk"', "b2xk", '"b2xk", "b2x"', '""'])(
    "is refused with the If-Match %s, which is no ETag of a response",
    async (tag) => {
      const api = new TestApi({ contacts: [sampleContact("ana")] });
      const sent = { as: AGENT, headers: { "if-match": tag }, body: { lastName: "Sol" } };
      expect((await api.patch("/contacts/ana", sent)).status).toBe(412);
      expect((await api.get("/contacts/ana", { as: AGENT })).body.lastName).toBe("Ruiz");
    },
  );

  it("keeps a concurrent change of another member", async () => {
    const api = withContacts();
    api.fakes.hooks.before = async (operation) => {
      if (operation !== "contacts.replace") return;
      api.fakes.hooks.before = undefined;
      await api.patch("/contacts/ana", { as: AGENT, body: { firstName: "Anna" } });
    };
    const { body } = await api.patch("/contacts/ana", { as: AGENT, body: { lastName: "Sol" } });
    expect(body).toMatchObject({ firstName: "Anna", lastName: "Sol" });
  });

  it.each([
    ["an invalid number", { body: { mobilePhone: "12" } }, "mobilePhone"],
    ["a number that is too short for E.164", { body: { mobilePhone: "+431234" } }, "mobilePhone"],
    ["a number of two readings", { body: { mobilePhone: "49352108949", country: "DE" } }, "mobilePhone"],
    ["another id", { body: { id: "eva" } }, "id"],
  ])("refuses %s", async (_, sent, field) => {
    const { status, body } = await withContacts().patch("/contacts/ana", { as: AGENT, ...sent });
    expect([status, body.errors[0].field]).toEqual([422, field]);
  });

  it("responds 404 for a contact that does not exist", async () => {
    expect((await withContacts().patch("/contacts/eva", { as: AGENT, body: {} })).status).toBe(404);
    expect((await withContacts().get("/contacts/eva", { as: AGENT })).status).toBe(404);
  });
});

describe("POST /contacts/import", () => {
  const csv = (...lines: string[]) => ["mobilePhone,firstName,lastName,tags", ...lines].join("\r\n");

  it("imports every line and reports its outcome", async () => {
    const body = csv("425 555 0123,Ana,Ruiz,vip", "+34612345678,Leo,Ruiz,", "425 555 0177,Eva,Sol,a;b", "12,Nil,,");
    const received = await withContacts().post("/contacts/import", { as: ADMINISTRATOR, body });
    expect(received.status).toBe(200);
    expect(received.body).toEqual({
      created: 1,
      updated: 1,
      unchanged: 1,
      refused: 1,
      lines: [
        { line: 2, outcome: "updated", contactId: "ana" },
        { line: 3, outcome: "unchanged", contactId: "leo" },
        { line: 4, outcome: "created", contactId: expect.stringMatching(/^id-/) },
        { line: 5, outcome: "refused", reason: "mobilePhone: is not a phone number of the country" },
      ],
    });
  });

  it("accepts a file that begins with a byte order mark", async () => {
    const body = `\uFEFF${csv("425 555 0177,Eva,Sol,")}`;
    const received = await new TestApi().post("/contacts/import", { as: ADMINISTRATOR, body });
    expect(received.body.created).toBe(1);
  });

  it("refuses a broken line alone, in plain words", async () => {
    const body = csv('"425', "425 555 0177,Eva,Sol,", "425 555 0178,Nil");
    const received = await new TestApi().post("/contacts/import", { as: ADMINISTRATOR, body });
    expect([received.status, received.body.created, received.body.refused]).toEqual([200, 1, 2]);
    expect(received.body.lines).toMatchObject([
      { line: 2, outcome: "refused", reason: expect.stringMatching(/^has a misplaced quotation mark: [a-z ,]+$/) },
      { line: 3, outcome: "created" },
      { line: 4, outcome: "refused", reason: "has 2 fields; the header has 4" },
    ]);
  });

  it("refuses the whole file when it has no header", async () => {
    const body = "425 555 0177,Eva,Sol,";
    const received = await new TestApi().post("/contacts/import", { as: ADMINISTRATOR, body });
    expect([received.status, received.body.type]).toEqual([400, "urn:hilo:problem:malformed-body"]);
    expect(received.body.detail).toContain("must have a header");
  });
});

describe("POST /contacts/import with more than 100 columns", () => {
  it("is malformed, and the detail names the limit", async () => {
    const body = `mobilePhone,firstName,lastName,tags${",more".repeat(100)}\n`;
    const received = await new TestApi().post("/contacts/import", { as: ADMINISTRATOR, body });
    expect([received.status, received.body.type]).toEqual([400, "urn:hilo:problem:malformed-body"]);
    expect(received.body.detail).toBe("The file has 104 columns in its first line; the limit is 100.");
  });
});

describe("DELETE /contacts/{id}", () => {
  const retire = (api: TestApi, headers = {}) => api.delete("/contacts/ana", { as: ADMINISTRATOR, headers });

  it("retires a contact, who is shown by id and found by no number and in no list", async () => {
    const api = withContacts();
    const retiredAt = api.fakes.now();
    const { status, body, headers } = await retire(api);
    expect([status, body]).toEqual([200, { ...ana, updatedAt: retiredAt, retiredAt }]);
    const shown = await api.get("/contacts/ana", { as: AGENT });
    expect([shown.body, shown.headers.etag]).toEqual([body, headers.etag]);
    expect((await api.get("/contacts", { as: AGENT })).body).toEqual({ items: [leo] });
    expect((await api.get("/contacts?mobilePhone=%2B14255550123", { as: AGENT })).body).toEqual({ items: [] });
    api.fakes.clock.advance(60);
    expect((await retire(api)).body).toEqual(body);
  });

  it("is for administrators", async () => {
    for (const as of [AGENT, SUPERVISOR]) {
      expect((await withContacts().delete("/contacts/ana", { as })).status).toBe(403);
    }
  });

  it("retires a contact only while the ETag matches", async () => {
    const api = withContacts();
    expect((await retire(api, { "if-match": '"b2xk"' })).status).toBe(412);
    const { etag = "" } = (await api.get("/contacts/ana", { as: AGENT })).headers;
    expect((await retire(api, { "if-match": etag })).status).toBe(200);
  });

  it("refuses changes of a retired contact", async () => {
    const api = withContacts();
    await retire(api);
    const { status, body } = await api.patch("/contacts/ana", { as: AGENT, body: { firstName: "Eva" } });
    expect([status, body.type]).toEqual([409, "urn:hilo:problem:retired"]);
  });

  it("is undone by creating the contact with its id", async () => {
    const api = withContacts();
    await retire(api);
    const draft = { id: "ana", mobilePhone: "+14255550199", firstName: "Ana", lastName: "Sol" };
    const { status, body } = await api.post("/contacts", { as: AGENT, body: draft });
    expect([status, body]).toMatchObject([201, draft]);
    expect(body).not.toHaveProperty("retiredAt");
    expect((await api.get("/contacts?mobilePhone=%2B14255550199", { as: AGENT })).body.items).toEqual([body]);
    expect((await api.post("/contacts", { as: AGENT, body: draft })).status).toBe(409);
  });

  it("responds 404 for a contact that does not exist", async () => {
    expect((await new TestApi().delete("/contacts/unknown", { as: ADMINISTRATOR })).status).toBe(404);
  });
});
