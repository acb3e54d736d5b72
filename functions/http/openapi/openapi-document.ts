import { STATUS_CODES } from "node:http";
import * as z from "zod";
import { PROBLEMS, type ProblemName, problemSchema, typeOf } from "../problem.ts";
import { CONTENT_TYPES, type Route } from "../route.ts";

type Json = Readonly<Record<string, unknown>>;

/** The schemas that others refer to, by name, filled as schemas are written. */
type Components = Record<string, unknown>;

/** Describes the API from the schemas that serve it. Source: OpenAPI 3.1.1. */
export const makeOpenApi = (routes: readonly Route[]): Record<string, unknown> => {
  const components: Components = {};
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const path = `/${route.path}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, components) };
  }
  return {
    openapi: "3.1.1",
    info: { title: "Hilo", version: "1", description: "An SMS support channel: the API of its agents' client." },
    servers: [{ url: "/api" }],
    paths,
    components: {
      schemas: components,
      securitySchemes: { bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
    },
  };
};

const operationOf = (route: Route, components: Components): Json => ({
  operationId: route.name,
  summary: route.summary,
  tags: [route.path.split(/[/.]/)[0]],
  ...(route.roles === "public"
    ? { security: [] }
    : { description: `Roles: ${route.roles.join(", ")}.`, security: [{ bearer: [] }] }),
  parameters: [
    ...parametersOf("path", route.request.params, components),
    ...parametersOf("query", route.request.query, components),
    ...parametersOf("header", route.request.headers, components),
  ],
  ...requestBodyOf(route, components),
  responses: responsesOf(route, components),
});

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

const responsesOf = (route: Route, components: Components): Json => {
  const problem = { "application/problem+json": { schema: write(problemSchema, "output", components) } };
  const problems = Map.groupBy(problemsOf(route), (name) => String(PROBLEMS[name].status));
  const statuses = new Set([...Object.keys(route.responses), ...problems.keys()]);
  const responses = [...statuses].sort().map((status) => {
    const answer = route.responses[Number(status)];
    const names = new Set(problems.get(status));
    const content = {
      ...(answer && { [CONTENT_TYPES[route.produces ?? "json"]]: { schema: write(answer, "output", components) } }),
      ...(names.size > 0 && problem),
    };
    return [status, { description: descriptionOf(status, names), headers: CORRELATION, content }];
  });
  return Object.fromEntries(responses);
};

const descriptionOf = (status: string, names: ReadonlySet<ProblemName>): string =>
  [STATUS_CODES[status] ?? status, ...[...names].map((name) => `- \`${typeOf(name)}\`: ${PROBLEMS[name].title}`)].join(
    "\n",
  );

const CORRELATION = {
  "x-correlation-id": { description: "The id of this request in the logs", schema: { type: "string" } },
};

/** The problems of a route: its handler's, and those that come before and around any handler. */
const problemsOf = ({ roles, guard, request, problems }: Route): readonly ProblemName[] => [
  ...(roles === "public" ? [] : (["unauthenticated", "forbidden"] as const)),
  ...(request.body ? (["malformed-body", "too-large"] as const) : []),
  ...(Object.keys(request).length > 0 ? (["invalid"] as const) : []),
  ...(guard?.problems ?? []),
  ...problems,
  "internal",
  "unavailable",
];

/** Writes a schema in JSON Schema 2020-12, OpenAPI's own; what has an id of its own goes to the components. */
const write = (schema: z.ZodType, io: "input" | "output", components: Components): Json => {
  const { $schema: _, $defs, ...written } = z.toJSONSchema(schema, { io, override: allowMore(io) });
  for (const [name, definition] of Object.entries($defs ?? {})) components[name] = toComponents(definition);
  return toComponents(written);
};

/** Answers may get new members one day, so a client is not told that there are no others. */
const allowMore =
  (io: "input" | "output") =>
  ({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void => {
    if (io === "output" && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
  };

const toComponents = (schema: unknown): Json =>
  JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/$defs/', '"$ref":"#/components/schemas/'));
