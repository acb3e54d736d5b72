import { STATUS_CODES } from "node:http";
import * as z from "zod";
import { ifNoneMatchHeaders } from "../etag.ts";
import { PROBLEMS, type ProblemName, problemSchema, typeOf } from "../problem.ts";
import { CONTENT_TYPES, type Route } from "../route.ts";

/** The version of the API's contract. A new one announces breaking changes: see docs/changing-the-api.md. */
const API_VERSION = "1";

type Json = Readonly<Record<string, unknown>>;

/** Definitions that others refer to, by name. They are collected while the operations are written. */
interface Components {
  readonly schemas: Record<string, unknown>;
  readonly responses: Record<string, unknown>;
}

/** By their names in the document. */
const HEADERS = {
  "x-correlation-id": { description: "Identifies the request in the logs", schema: { type: "string" } },
  etag: {
    description: "The version to send as If-Match; not a validator for caching",
    schema: { type: "string" },
  },
  "polled-etag": {
    description: "Identifies the response, to send as If-None-Match; not a version for If-Match",
    schema: { type: "string" },
  },
};

/** Describes the API from the routes and the schemas that validate requests. Source: OpenAPI 3.1.1. */
export const makeOpenApi = (routes: readonly Route[]): Record<string, unknown> => {
  const components: Components = { schemas: {}, responses: {} };
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const path = `/${route.path}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, components) };
  }
  return {
    openapi: "3.1.1",
    info: { title: "Hilo", version: API_VERSION, description: "The API of Hilo, an SMS support channel." },
    servers: [{ url: "/api" }],
    paths,
    components: {
      schemas: sortedByName(components.schemas),
      responses: sortedByName(components.responses),
      headers: HEADERS,
      securitySchemes: { bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
    },
  };
};

/** The document as it is kept in docs/openapi.json. */
export const openApiJson = (routes: readonly Route[]): string => `${JSON.stringify(makeOpenApi(routes), null, 2)}\n`;

const sortedByName = (record: Json): Json =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

const operationOf = (route: Route, components: Components): Json => ({
  operationId: route.name,
  summary: route.summary,
  tags: [route.path.split(/[/.]/)[0]],
  ...accessOf(route),
  parameters: [
    ...parametersOf("path", route.request.params, components),
    ...parametersOf("query", route.request.query, components),
    ...parametersOf("header", route.request.headers, components),
    ...(route.isPolled ? parametersOf("header", ifNoneMatchHeaders, components) : []),
  ],
  ...requestBodyOf(route, components),
  responses: responsesOf(route, components),
});

const accessOf = ({ roles, guard, repetition }: Route): Json => {
  if (roles === "public") return { description: "Needs no authentication.", security: [] };
  const limits = guard ? ` Allowed: ${guard.allows}.` : "";
  const repeated = repetition === undefined ? "" : ` A repeated request ${repetition}.`;
  const description = `Roles: ${roles.join(", ")}.${limits}${repeated}`;
  return { description, "x-roles": roles, security: [{ bearer: [] }] };
};

const parametersOf = (where: string, parameters: z.ZodObject | undefined, components: Components): readonly Json[] =>
  Object.entries(parameters?.shape ?? {}).map(([name, parameter]) => {
    const { description, ...schema } = write(parameter, "input", components);
    const required = where === "path" || !z.safeParse(parameter, undefined).success;
    return { name, in: where, required, ...(description !== undefined && { description }), schema };
  });

const requestBodyOf = ({ request, accepts, documentedBody }: Route, components: Components): Json => {
  const body = documentedBody ?? request.body;
  if (!body) return {};
  const type = CONTENT_TYPES[accepts ?? "json"];
  return { requestBody: { required: true, content: { [type]: { schema: write(body, "input", components) } } } };
};

/** One status of an operation, and the problems that respond with it. */
interface Outcome {
  readonly status: string;
  readonly problems: readonly ProblemName[];
}

const responsesOf = (route: Route, components: Components): Json => {
  const problems = Map.groupBy(new Set(problemsOf(route)), (name) => String(PROBLEMS[name].status));
  const statuses = new Set([...Object.keys(route.responses), ...problems.keys()]);
  const responses = [...statuses].sort().map((status) => {
    const outcome = { status, problems: problems.get(status) ?? [] };
    const isProblem = route.responses[Number(status)] === undefined;
    return [status, isProblem ? problemsResponse(outcome, components) : successOf(route, outcome, components)] as const;
  });
  return { ...Object.fromEntries(responses), ...(route.isPolled && { 304: notModifiedResponse(components) }) };
};

/** Refers to the response that says that the client has the present one. */
const notModifiedResponse = (components: Components): Json => {
  components.responses["not-modified"] ??= {
    description: STATUS_CODES[304],
    headers: { ...referencesTo(["x-correlation-id"]), ...POLLED_ETAG },
  };
  return { $ref: "#/components/responses/not-modified" };
};

/** Refers to the response with these problems, which many operations share. */
const problemsResponse = (outcome: Outcome, components: Components): Json => {
  const id = outcome.problems.join(".");
  components.responses[id] ??= {
    description: descriptionOf(outcome),
    headers: referencesTo(["x-correlation-id"]),
    content: problemContent(components),
  };
  return { $ref: `#/components/responses/${id}` };
};

const successOf = (route: Route, outcome: Outcome, components: Components): Json => {
  const schema = route.responses[Number(outcome.status)];
  return {
    description: descriptionOf(outcome),
    headers: {
      ...referencesTo(["x-correlation-id", ...(route.hasETag ? (["etag"] as const) : [])]),
      ...(route.isPolled && POLLED_ETAG),
    },
    content: {
      ...(schema && { [CONTENT_TYPES[route.produces ?? "json"]]: { schema: write(schema, "output", components) } }),
      ...(outcome.problems.length > 0 && problemContent(components)),
    },
  };
};

const problemContent = (components: Components): Json => ({
  "application/problem+json": { schema: write(problemSchema, "output", components) },
});

const referencesTo = (headers: readonly (keyof typeof HEADERS)[]): Json =>
  Object.fromEntries(headers.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

const POLLED_ETAG = { etag: { $ref: "#/components/headers/polled-etag" } };

const descriptionOf = ({ status, problems }: Outcome): string => {
  const lines = problems.map((name) => `- \`${typeOf(name)}\`: ${PROBLEMS[name].title}`);
  return [STATUS_CODES[status] ?? status, ...lines].join("\n");
};

/** The problems of a route: its handler's, its guard's, and those of every route of its kind. */
const problemsOf = ({ roles, guard, request, isLimited, problems }: Route): readonly ProblemName[] => [
  ...(roles === "public" ? [] : (["unauthenticated", "forbidden"] as const)),
  ...(request.body ? (["malformed-body", "length-required", "too-large", "unsupported-media-type"] as const) : []),
  "invalid", // every route refuses unknown query parameters
  ...(isLimited ? (["too-many-requests"] as const) : []),
  ...(guard?.problems ?? []),
  ...problems,
  "internal",
  "unavailable",
];

/** Writes a schema in JSON Schema 2020-12, the dialect of OpenAPI 3.1. A schema with an id becomes a component. */
const write = (schema: z.ZodType, io: "input" | "output", components: Components): Json => {
  const { $schema: _, $defs, ...written } = z.toJSONSchema(schema, { io, override: tidy(io) });
  for (const [name, definition] of Object.entries($defs ?? {})) components.schemas[name] = toComponents(definition);
  return toComponents(written);
};

const tidy =
  (io: "input" | "output") =>
  ({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void => {
    // Responses may gain properties.
    if (io === "output" && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    // The bounds of JavaScript's integers are no part of the contract.
    if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  };

const toComponents = (schema: unknown): Json =>
  JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/$defs/', '"$ref":"#/components/schemas/'));
