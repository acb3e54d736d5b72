import { elementsOf, type Json, type JsonObject, objectOf } from "./json.ts";

/** A schema before and after a change of the API. */
export interface SchemaPair {
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  /** Where the schemas stand, for the messages. */
  readonly at: string;
}

/** In a request, a schema must still accept what it accepted. In a response, it must still promise what it promised. */
type Direction = "request" | "response";

interface Context {
  readonly direction: Direction;
  /** Follows a reference in the document before and after the change. */
  readonly resolve: { readonly before: Resolve; readonly after: Resolve };
}
export type Resolve = (json: Json | undefined) => JsonObject;

interface Resolved {
  readonly before: JsonObject;
  readonly after: JsonObject;
  readonly at: string;
}

/** Lists the changes of a schema that break a client. A response may gain properties and values; a request may accept more. */
export const schemaChanges = ({ before, after, at }: SchemaPair, context: Context): readonly string[] => {
  const pair = { before: context.resolve.before(before), after: context.resolve.after(after), at };
  if (isUnion(pair.before) || isUnion(pair.after)) return variantChanges(pair, context);
  return [
    ...typeChanges(pair, context.direction),
    ...(context.direction === "request" ? [...valueChanges(pair), ...limitChanges(pair)] : []),
    ...requiredChanges(pair, context.direction),
    ...propertyChanges(pair, context),
    ...nestedChanges(pair, context),
  ];
};

const isUnion = (schema: JsonObject): boolean => schema.anyOf !== undefined || schema.oneOf !== undefined;

const typeChanges = ({ before, after, at }: Resolved, direction: Direction): readonly string[] => {
  const acceptsAny = direction === "request" && after.type === undefined;
  const isSame = JSON.stringify(before.type) === JSON.stringify(after.type);
  return before.type === undefined || acceptsAny || isSame ? [] : [`${at}: the type ${before.type} is changed`];
};

/** The only values that a schema accepts, if it names them. */
const valuesOf = ({ enum: values, const: value }: JsonObject): readonly Json[] | undefined => {
  if (value !== undefined) return [value];
  return values === undefined ? undefined : elementsOf(values);
};

const valueChanges = ({ before, after, at }: Resolved): readonly string[] => {
  const [earlier, present] = [valuesOf(before), valuesOf(after)];
  if (!present) return [];
  if (!earlier) return [`${at}: only some values are accepted now`];
  return earlier.filter((value) => !present.includes(value)).map((value) => `${at}: the value ${value} is removed`);
};

/** The limits of a schema; `tightens` says whether a new limit accepts less than the earlier one. */
const LIMITS: Readonly<Record<string, (limit: Json, earlier: Json) => boolean>> = {
  maxLength: (limit, earlier) => Number(limit) < Number(earlier),
  maximum: (limit, earlier) => Number(limit) < Number(earlier),
  maxItems: (limit, earlier) => Number(limit) < Number(earlier),
  minLength: (limit, earlier) => Number(limit) > Number(earlier),
  minimum: (limit, earlier) => Number(limit) > Number(earlier),
  minItems: (limit, earlier) => Number(limit) > Number(earlier),
  pattern: (limit, earlier) => limit !== earlier,
  format: (limit, earlier) => limit !== earlier,
};

const limitChanges = ({ before, after, at }: Resolved): readonly string[] =>
  Object.entries(LIMITS).flatMap(([name, tightens]) => {
    const [earlier, limit] = [before[name], after[name]];
    if (limit === undefined || (earlier !== undefined && !tightens(limit, earlier))) return [];
    return [`${at}: ${name} is ${earlier === undefined ? "added" : "tightened"}`];
  });

const requiredChanges = ({ before, after, at }: Resolved, direction: Direction): readonly string[] => {
  const [earlier, present] = [elementsOf(before.required), elementsOf(after.required)];
  switch (direction) {
    case "request":
      return present.filter((name) => !earlier.includes(name)).map((name) => `${at}.${name} is required now`);
    case "response":
      return earlier
        .filter((name) => !present.includes(name) && objectOf(after.properties)[String(name)] !== undefined)
        .map((name) => `${at}.${name} may be absent now`);
    default:
      return direction satisfies never;
  }
};

const propertyChanges = ({ before, after, at }: Resolved, context: Context): readonly string[] => {
  const present = objectOf(after.properties);
  return Object.entries(objectOf(before.properties)).flatMap(([name, schema]) =>
    present[name] === undefined
      ? [`${at}.${name} is removed`]
      : schemaChanges({ before: schema, after: present[name], at: `${at}.${name}` }, context),
  );
};

/** The changes of what an array or a record holds. */
const nestedChanges = ({ before, after, at }: Resolved, context: Context): readonly string[] => [
  ...(before.items === undefined
    ? []
    : schemaChanges({ before: before.items, after: after.items, at: `${at}[]` }, context)),
  ...(isSchema(before.additionalProperties)
    ? schemaChanges({ before: before.additionalProperties, after: after.additionalProperties, at: `${at}.*` }, context)
    : []),
];

const isSchema = (json: Json | undefined): boolean => typeof json === "object";

const variantsOf = (schema: JsonObject): readonly Json[] =>
  isUnion(schema) ? elementsOf(schema.anyOf ?? schema.oneOf) : [schema];

/** Tells the variants of a union apart: by name, by the constants of their properties, or by their position. */
const variantKey = (variant: Json, position: number): string => {
  const { $ref, properties } = objectOf(variant);
  if (typeof $ref === "string") return $ref.slice($ref.lastIndexOf("/") + 1);
  const constants = Object.entries(objectOf(properties)).flatMap(([name, property]) => {
    const { const: value, enum: values } = objectOf(property);
    return value === undefined && values === undefined ? [] : [`${name}=${JSON.stringify(value ?? values)}`];
  });
  return constants.length > 0 ? constants.join(",") : `variant ${position + 1}`;
};

const variantChanges = ({ before, after, at }: Resolved, context: Context): readonly string[] => {
  const present = new Map(variantsOf(after).map((variant, position) => [variantKey(variant, position), variant]));
  return variantsOf(before).flatMap((variant, position) => {
    const key = variantKey(variant, position);
    const found = present.get(key);
    if (found !== undefined) return schemaChanges({ before: variant, after: found, at: `${at}(${key})` }, context);
    return context.direction === "request" ? [`${at}: the variant ${key} is removed`] : [];
  });
};
