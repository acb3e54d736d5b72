import { describe, expect, it } from "vitest";
import { TestApi } from "../../../tests/http/test-api.ts";
import { PROBLEMS, typeOf } from "../problem.ts";

const api = new TestApi();
const { body: document } = await api.get("/openapi.json");

interface Operation {
  readonly operationId: string;
  readonly security: readonly object[];
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly requestBody?: { readonly content: object };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content: object }>>;
}

/** The document with each reference replaced by what it refers to. */
const resolve = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(resolve);
  if (typeof node !== "object" || node === null) return node;
  if ("$ref" in node) return resolve(definitionOf(String(node.$ref)));
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, resolve(value)]));
};

const definitionOf = (reference: string): unknown => {
  const [, kind = "", name = ""] = /^#\/components\/(\w+)\/([\w.-]+)$/.exec(reference) ?? [];
  return document.components[kind]?.[name];
};

const operations = Object.entries<Record<string, Operation>>(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation: resolve(operation) as Operation })),
);
const operationOf = (id: string) => operations.find(({ operation }) => operation.operationId === id)?.operation;

/** The values of all members called `name`, at any depth. */
const valuesOf = (node: unknown, name: string): unknown[] =>
  typeof node !== "object" || node === null
    ? []
    : Object.entries(node).flatMap(([key, value]) => [...(key === name ? [value] : []), ...valuesOf(value, name)]);

describe("GET /openapi.json", () => {
  it("describes every route, itself included", () => {
    const described = operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`);
    expect(described.toSorted()).toEqual(api.routes.map(({ method, path }) => `${method} /${path}`).toSorted());
    expect(document.openapi).toMatch(/^3\.1\./);
  });

  it("resolves all of its references", () => {
    const references = valuesOf(document, "$ref");
    expect(references.length).toBeGreaterThan(50);
    for (const reference of references) expect(definitionOf(String(reference)), String(reference)).toBeTypeOf("object");
  });

  it("has no definitions outside its components", () => {
    for (const name of ["$defs", "$schema"]) expect(valuesOf(document, name)).toEqual([]);
  });

  it("declares each parameter of a path, and requires it", () => {
    for (const { path, operation } of operations) {
      const inPath = operation.parameters.filter((parameter) => parameter.in === "path");
      const expected = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(inPath.map(({ name }) => name).toSorted(), path).toEqual(expected.toSorted());
      expect(inPath.every(({ required }) => required)).toBe(true);
    }
  });

  it("requires a token except on the public routes", () => {
    const open = operations.filter(({ operation }) => operation.security.length === 0);
    expect(open.map(({ path }) => path).toSorted()).toEqual(["/console/config", "/health", "/openapi.json"]);
    expect(document.components.securitySchemes.bearer).toMatchObject({ type: "http", scheme: "bearer" });
  });

  it("describes a body for every response but a 304, and a success for every operation", () => {
    for (const { path, operation } of operations) {
      const responses = Object.entries(operation.responses);
      expect(responses.some(([status]) => status.startsWith("2"))).toBe(true);
      for (const [status, { content = {} }] of responses) {
        expect(Object.keys(content).length > 0, `${path} ${status}`).toBe(status !== "304");
      }
    }
  });

  it("names every problem type", () => {
    const text = JSON.stringify(operations);
    for (const name of Object.keys(PROBLEMS) as (keyof typeof PROBLEMS)[]) expect(text).toContain(typeOf(name));
  });

  it("describes the parameters and the responses of a reply", () => {
    const reply = operationOf("send-reply");
    expect(Object.keys(reply?.responses ?? {})).toEqual([
      "202",
      "400",
      "401",
      "403",
      "404",
      "409",
      "411",
      "413",
      "415",
      "422",
      "429",
      "500",
      "503",
    ]);
    expect(reply?.responses["409"]?.description).toContain("urn:hilo:problem:recipient-opted-out");
    expect(reply?.parameters).toContainEqual(expect.objectContaining({ name: "idempotency-key", required: false }));
  });

  it("describes both bodies of a health check that fails", () => {
    const { content } = operationOf("health")?.responses["503"] ?? {};
    expect(Object.keys(content ?? {})).toEqual(["application/json", "application/problem+json"]);
  });

  it("describes the import of contacts as CSV", () => {
    expect(operationOf("import-contacts")?.requestBody?.content).toHaveProperty(["text/csv"]);
  });

  it("describes the body of every kind of setting", () => {
    const body = JSON.stringify(document.paths["/settings/{kind}/{id}"].put.requestBody);
    for (const name of ["Organisation", "Channel", "Queue", "RoutingRules", "OperatingHours", "QuickReply"]) {
      expect(body).toContain(`#/components/schemas/${name}Change"`);
    }
    const { QueueChange, Queue } = document.components.schemas;
    expect(QueueChange.required).toEqual(["id", "name"]);
    expect(Queue.required).toContain("offerSeconds");
  });
});
