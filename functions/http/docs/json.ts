/** A parsed JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

/** The object itself; an empty one for anything else. */
export const objectOf = (json: Json | undefined): JsonObject => (isObject(json) ? json : {});

/** The elements of an array; none for anything else. */
export const elementsOf = (json: Json | undefined): readonly Json[] => (isArray(json) ? json : []);

const isArray = (json: Json | undefined): json is readonly Json[] => Array.isArray(json);

const isObject = (json: Json | undefined): json is JsonObject =>
  typeof json === "object" && json !== null && !isArray(json);
