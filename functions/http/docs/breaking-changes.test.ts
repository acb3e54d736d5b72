import { describe, expect, it } from "vitest";
import { breakingChanges, unannouncedChanges } from "./breaking-changes.ts";
import type { Json, JsonObject } from "./json.ts";

const text = { type: "string" };
const objectWith = (properties: JsonObject, ...required: string[]): JsonObject => ({
  type: "object",
  properties,
  required,
});
const json = (schema: Json): JsonObject => ({ "application/json": { schema } });

/** A document with one operation: POST /notes. */
const documentWith = (operation: JsonObject, schemas: JsonObject = {}): JsonObject => ({
  paths: {
    "/notes": {
      post: {
        operationId: "create-note",
        security: [{ bearer: [] }],
        "x-roles": ["Agent", "Supervisor"],
        responses: {},
        ...operation,
      },
    },
  },
  components: { schemas },
});

const changesOf = (before: JsonObject, after: JsonObject) => breakingChanges(documentWith(before), documentWith(after));

/** The changes when the schema of the request or response body becomes another. */
const requestChanges = (before: JsonObject, after: JsonObject) =>
  changesOf({ requestBody: { content: json(before) } }, { requestBody: { content: json(after) } });
const responseChanges = (before: JsonObject, after: JsonObject) =>
  changesOf({ responses: { 200: { content: json(before) } } }, { responses: { 200: { content: json(after) } } });

const parameter = (some: JsonObject = {}) => ({
  parameters: [{ name: "limit", in: "query", required: false, schema: { type: "integer", maximum: 100 }, ...some }],
});

describe("breaking changes", () => {
  it("are none between equal documents", () => {
    const document = documentWith({ ...parameter(), requestBody: { content: json(objectWith({ text }, "text")) } });
    expect(breakingChanges(document, document)).toEqual([]);
  });

  it("are operations that are removed, and none that are added", () => {
    const [one, none] = [documentWith({}), { paths: {} }];
    expect(breakingChanges(one, none)).toEqual(["POST /notes is removed"]);
    expect(breakingChanges(one, { paths: { "/notes": { get: {} } } })).toEqual(["POST /notes is removed"]);
    expect(breakingChanges(none, one)).toEqual([]);
  });

  it.each([
    [{ operationId: "make-note" }, "POST /notes: the operationId create-note is changed"],
    [{ "x-roles": ["Agent"] }, "POST /notes: the role Supervisor is no longer allowed"],
    [{ requestBody: { content: {} } }, "POST /notes: a body is required now"],
  ])("are an operation that becomes %j", (after, change) => {
    expect(changesOf({}, after)).toEqual([change]);
  });

  it("are an operation that needs a token now, and none that no longer does", () => {
    expect(changesOf({ security: [] }, {})).toEqual(["POST /notes needs authentication now"]);
    expect(changesOf({}, { security: [], "x-roles": [] })).toEqual([]);
  });

  it("are a parameter that is removed, that is tightened, or that is required now", () => {
    const at = "POST /notes";
    expect(changesOf(parameter(), {})).toEqual([`${at}: the query parameter limit is removed`]);
    expect(changesOf(parameter(), parameter({ schema: { type: "integer", maximum: 50 } }))).toEqual([
      `${at}: query parameter limit: maximum is tightened`,
    ]);
    expect(changesOf(parameter(), parameter({ required: true }))).toEqual([
      `${at}: the query parameter limit is required now`,
    ]);
    expect(changesOf({}, parameter({ required: true }))).toEqual([`${at}: the query parameter limit is required now`]);
    expect(changesOf({}, parameter())).toEqual([]);
  });

  it("are a problem that no operation has any longer", () => {
    const withProblem = (description: string) => documentWith({ responses: { 409: { description } } });
    const [stale, mismatch] = ["- `urn:hilo:problem:stale`", "- `urn:hilo:problem:version-mismatch`"];
    expect(breakingChanges(withProblem(stale), withProblem(mismatch))).toEqual(["urn:hilo:problem:stale is removed"]);
  });
});

describe("unannounced changes", () => {
  it("are the breaking changes within one version of the API", () => {
    const [one, none] = [documentWith({}), { paths: {} }];
    const version = (version: string) => ({ info: { version } });
    expect(unannouncedChanges({ ...one, ...version("1") }, { ...none, ...version("1") })).toHaveLength(1);
    expect(unannouncedChanges({ ...one, ...version("1") }, { ...none, ...version("2") })).toEqual([]);
  });
});

describe("breaking changes of a response", () => {
  const at = "POST /notes: 200";

  it("are a status, a header or a content type that is removed", () => {
    const response = { headers: { etag: {} }, content: json({}) };
    expect(changesOf({ responses: { 200: response } }, { responses: { 201: response } })).toEqual([
      "POST /notes: the status 200 is removed",
    ]);
    expect(
      changesOf({ responses: { 200: response } }, { responses: { 200: { content: { "text/csv": {} } } } }),
    ).toEqual([`${at}: the header etag is removed`, `${at}: the content type application/json is removed`]);
  });

  it.each<[string, JsonObject, JsonObject, string[]]>([
    ["a member that is removed", objectWith({ text }), objectWith({}), [`${at}.text is removed`]],
    ["a member that is added", objectWith({}), objectWith({ text }, "text"), []],
    [
      "a member that may be absent",
      objectWith({ text }, "text"),
      objectWith({ text }),
      [`${at}.text may be absent now`],
    ],
    ["a member that is always there", objectWith({ text }), objectWith({ text }, "text"), []],
    ["another type", { type: "integer" }, { type: "string" }, [`${at}: the type integer is changed`]],
    ["a type that is not named", text, {}, [`${at}: the type string is changed`]],
    ["an additional value", { ...text, enum: ["a"] }, { ...text, enum: ["a", "b"] }, []],
    [
      "the members of an array",
      { type: "array", items: objectWith({ text }) },
      { type: "array", items: objectWith({}) },
      [`${at}[].text is removed`],
    ],
    [
      "the members of a record",
      { type: "object", additionalProperties: objectWith({ text }) },
      { type: "object", additionalProperties: objectWith({}) },
      [`${at}.*.text is removed`],
    ],
    [
      "a member of a variant",
      { oneOf: [objectWith({ kind: { const: "a" }, text }), objectWith({ kind: { const: "b" } })] },
      { oneOf: [objectWith({ kind: { const: "b" } }), objectWith({ kind: { const: "a" } })] },
      [`${at}(kind="a").text is removed`],
    ],
    ["a variant that no longer occurs", { anyOf: [text, { type: "integer" }] }, { anyOf: [text] }, []],
  ])("by %s", (_, before, after, changes) => {
    expect(responseChanges(before, after)).toEqual(changes);
  });

  it("are found behind references to schemas and responses", () => {
    const referring = (note: JsonObject) => ({
      ...documentWith({ responses: { 200: { $ref: "#/components/responses/note" } } }),
      components: {
        responses: { note: { content: json({ $ref: "#/components/schemas/Note" }) } },
        schemas: { Note: note },
      },
    });
    expect(breakingChanges(referring(objectWith({ text })), referring(objectWith({})))).toEqual([
      `${at}.text is removed`,
    ]);
  });
});

describe("breaking changes of a request", () => {
  const at = "POST /notes: body";

  it.each<[string, JsonObject, JsonObject, string[]]>([
    ["a member that is removed", objectWith({ text }), objectWith({}), [`${at}.text is removed`]],
    ["a new member that is required", objectWith({}), objectWith({ text }, "text"), [`${at}.text is required now`]],
    ["a new member that is optional", objectWith({}), objectWith({ text }), []],
    [
      "a member that becomes required",
      objectWith({ text }),
      objectWith({ text }, "text"),
      [`${at}.text is required now`],
    ],
    ["a member that becomes optional", objectWith({ text }, "text"), objectWith({ text }), []],
    ["another type", { type: "integer" }, { type: "string" }, [`${at}: the type integer is changed`]],
    ["any type", { type: "integer" }, {}, []],
    [
      "a value that is removed",
      { ...text, enum: ["a", "b"] },
      { ...text, const: "a" },
      [`${at}: the value b is removed`],
    ],
    ["a value that is added", { ...text, enum: ["a"] }, { ...text, enum: ["a", "b"] }, []],
    ["values where there were none", text, { ...text, enum: ["a"] }, [`${at}: only some values are accepted now`]],
    ["any value", { ...text, enum: ["a"] }, text, []],
    ["a lower maximum", { ...text, maxLength: 10 }, { ...text, maxLength: 5 }, [`${at}: maxLength is tightened`]],
    ["a higher maximum", { ...text, maxLength: 10 }, { ...text, maxLength: 20 }, []],
    ["a higher minimum", { ...text, minLength: 0 }, { ...text, minLength: 1 }, [`${at}: minLength is tightened`]],
    ["a lower minimum", { ...text, minLength: 1 }, { ...text, minLength: 0 }, []],
    ["a new maximum", { type: "array" }, { type: "array", maxItems: 5 }, [`${at}: maxItems is added`]],
    ["no maximum any longer", { type: "array", maxItems: 5 }, { type: "array" }, []],
    ["another pattern", { ...text, pattern: "a" }, { ...text, pattern: "b" }, [`${at}: pattern is tightened`]],
    [
      "a variant that is removed",
      { anyOf: [objectWith({ queueId: { const: "q" } }), objectWith({ agentId: { const: "a" } })] },
      { anyOf: [objectWith({ queueId: { const: "q" } })] },
      [`${at}: the variant agentId="a" is removed`],
    ],
    ["a variant that is added", text, { anyOf: [text, { type: "integer" }] }, []],
  ])("by %s", (_, before, after, changes) => {
    expect(requestChanges(before, after)).toEqual(changes);
  });

  it("identify the variants of a union by the names that they refer to", () => {
    const union = (...names: string[]) =>
      documentWith(
        { requestBody: { content: json({ anyOf: names.map((name) => ({ $ref: `#/components/schemas/${name}` })) }) } },
        { Queue: objectWith({ text }), Channel: objectWith({ text }) },
      );
    expect(breakingChanges(union("Queue", "Channel"), union("Channel", "Queue"))).toEqual([]);
    expect(breakingChanges(union("Queue", "Channel"), union("Channel"))).toEqual([
      `${at}: the variant Queue is removed`,
    ]);
  });
});
