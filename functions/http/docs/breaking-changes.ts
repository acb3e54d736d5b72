import { elementsOf, type Json, type JsonObject, objectOf } from "./json.ts";
import { type Resolve, type SchemaPair, schemaChanges } from "./schema-changes.ts";

/**
 * Lists what would break a client that was written for an earlier version of the API: an operation, a status, a problem,
 * a role or a member that is removed, and anything that a request must have or may no longer have.
 * @param before - the OpenAPI document that clients know.
 * @param after - the OpenAPI document of the present API.
 */
export const breakingChanges = (before: JsonObject, after: JsonObject): readonly string[] => {
  const resolve = { before: resolverOf(before), after: resolverOf(after) };
  const operations = Object.entries(objectOf(before.paths)).flatMap(([path, methods]) =>
    Object.entries(objectOf(methods)).flatMap(([method, operation]) => {
      const at = `${method.toUpperCase()} ${path}`;
      const present = objectOf(objectOf(after.paths)[path])[method];
      if (present === undefined) return [`${at} is removed`];
      return operationChanges({ before: objectOf(operation), after: objectOf(present), at }, resolve);
    }),
  );
  return [...operations, ...problemChanges(before, after)];
};

/**
 * Lists the breaking changes that the version of the API does not announce.
 * @param released - the OpenAPI document of the last release.
 */
export const unannouncedChanges = (released: JsonObject, present: JsonObject): readonly string[] =>
  versionOf(released) === versionOf(present) ? breakingChanges(released, present) : [];

const versionOf = ({ info }: JsonObject): Json | undefined => objectOf(info).version;

interface Resolvers {
  readonly before: Resolve;
  readonly after: Resolve;
}

/** Two versions of one part of an operation. */
interface Pair {
  readonly before: JsonObject;
  readonly after: JsonObject;
  readonly at: string;
}

/** Follows references within the document. */
const resolverOf =
  (document: JsonObject): Resolve =>
  (json) => {
    const object = objectOf(json);
    if (typeof object.$ref !== "string") return object;
    const [, ...names] = object.$ref.split("/");
    return objectOf(names.reduce<Json | undefined>((found, name) => objectOf(found)[name], document));
  };

const operationChanges = (pair: Pair, resolve: Resolvers): readonly string[] => [
  ...nameChanges(pair),
  ...accessChanges(pair),
  ...parameterChanges(pair, resolve),
  ...requestBodyChanges(pair, resolve),
  ...responseChanges(pair, resolve),
];

/** Generated clients name their methods after the operation's id. */
const nameChanges = ({ before, after, at }: Pair): readonly string[] =>
  before.operationId === after.operationId ? [] : [`${at}: the operationId ${before.operationId} is changed`];

const accessChanges = ({ before, after, at }: Pair): readonly string[] => {
  if (elementsOf(before.security).length === 0 && elementsOf(after.security).length > 0) {
    return [`${at} needs authentication now`];
  }
  if (elementsOf(after.security).length === 0) return [];
  const present = elementsOf(after["x-roles"]);
  return elementsOf(before["x-roles"])
    .filter((role) => !present.includes(role))
    .map((role) => `${at}: the role ${role} is no longer allowed`);
};

const parametersOf = (operation: JsonObject): ReadonlyMap<string, JsonObject> =>
  new Map(
    elementsOf(operation.parameters)
      .map(objectOf)
      .map((parameter) => [`${parameter.in} parameter ${parameter.name}`, parameter]),
  );

const parameterChanges = ({ before, after, at }: Pair, resolve: Resolvers): readonly string[] => {
  const [earlier, present] = [parametersOf(before), parametersOf(after)];
  const removedOrChanged = [...earlier].flatMap(([name, parameter]) => {
    const found = present.get(name);
    if (!found) return [`${at}: the ${name} is removed`];
    const schemas = { before: parameter.schema, after: found.schema, at: `${at}: ${name}` };
    return schemaChanges(schemas, { direction: "request", resolve });
  });
  const required = [...present].filter(([name, parameter]) => parameter.required && !earlier.get(name)?.required);
  return [...removedOrChanged, ...required.map(([name]) => `${at}: the ${name} is required now`)];
};

const requestBodyChanges = ({ before, after, at }: Pair, resolve: Resolvers): readonly string[] => {
  if (before.requestBody === undefined && after.requestBody !== undefined) return [`${at}: a body is required now`];
  const bodies = { before: objectOf(before.requestBody), after: objectOf(after.requestBody), at: `${at}: body` };
  return contentChanges(bodies, (pair) => schemaChanges(pair, { direction: "request", resolve }));
};

const responseChanges = ({ before, after, at }: Pair, resolve: Resolvers): readonly string[] =>
  Object.entries(objectOf(before.responses)).flatMap(([status, response]) => {
    const present = objectOf(after.responses)[status];
    if (present === undefined) return [`${at}: the status ${status} is removed`];
    const pair = { before: resolve.before(response), after: resolve.after(present), at: `${at}: ${status}` };
    return [
      ...headerChanges(pair),
      ...contentChanges(pair, (schemas) => schemaChanges(schemas, { direction: "response", resolve })),
    ];
  });

const headerChanges = ({ before, after, at }: Pair): readonly string[] =>
  Object.keys(objectOf(before.headers))
    .filter((name) => objectOf(after.headers)[name] === undefined)
    .map((name) => `${at}: the header ${name} is removed`);

const contentChanges = (
  { before, after, at }: Pair,
  compare: (pair: SchemaPair) => readonly string[],
): readonly string[] =>
  Object.entries(objectOf(before.content)).flatMap(([type, media]) => {
    const present = objectOf(after.content)[type];
    return present === undefined
      ? [`${at}: the content type ${type} is removed`]
      : compare({ before: objectOf(media).schema, after: objectOf(present).schema, at });
  });

const problemTypesIn = (document: JsonObject): ReadonlySet<string> =>
  new Set(JSON.stringify(document).match(/urn:hilo:problem:[a-z-]+/g));

const problemChanges = (before: JsonObject, after: JsonObject): readonly string[] => {
  const present = problemTypesIn(after);
  return [...problemTypesIn(before)].filter((type) => !present.has(type)).map((type) => `${type} is removed`);
};
