type Segment =
  | { readonly kind: "literal"; readonly text: string }
  | {
      readonly kind: "parameter";
      readonly name: string;
      readonly constraint: string | undefined;
      readonly isOptional: boolean;
    }
  | { readonly kind: "rest"; readonly name: string };

/** A parsed route: literals, `{a}`, `{a:int}`, `{a?}` and a final `{*a}`. */
export type RouteTemplate = readonly Segment[];

/** The supported route constraints of ASP.NET Core. */
const constraints: Readonly<Record<string, RegExp>> = {
  int: /^-?\d{1,10}$/,
  long: /^-?\d{1,19}$/,
  guid: /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i,
  alpha: /^[a-z]*$/i,
  bool: /^(?:true|false)$/i,
};

/** @throws Error when the route is invalid, or uses unsupported syntax of ASP.NET Core. */
export const parseRoute = (text: string): RouteTemplate => {
  if (text.startsWith("/") || text.startsWith("~")) throw new Error(`Route "${text}" must not start with "/" or "~".`);
  const segments = text.split("/").filter((segment) => segment !== "");
  return segments.map((segment, index) => parseSegment(segment, index === segments.length - 1, text));
};

/**
 * Matches a path against a route. Literals match in any case.
 * @param path - the segments of the path, percent-encoded.
 * @returns the decoded values of the parameters; undefined when the route does not match.
 */
export const matchRoute = (route: RouteTemplate, path: readonly string[]): Record<string, string> | undefined => {
  const last = route.at(-1);
  const rest = last?.kind === "rest" ? last : undefined;
  const single = rest ? route.slice(0, -1) : route;
  if (!rest && path.length > single.length) return undefined;
  const values: Record<string, string> = {};
  for (const [position, segment] of single.entries()) {
    const encoded = path[position];
    const value = encoded === undefined ? undefined : decode(encoded);
    if (!accepts(segment, value)) return undefined;
    if (segment.kind !== "literal" && value !== undefined) values[segment.name] = value;
  }
  const tail = path.slice(single.length);
  if (rest && tail.length > 0) values[rest.name] = tail.map(decode).join("/");
  return values;
};

/** Sorts the more specific route first, segment by segment: literal, constrained parameter, parameter, rest. */
export const compareRoutes = (one: RouteTemplate, other: RouteTemplate): number => {
  for (let i = 0; i < Math.max(one.length, other.length); i++) {
    const difference = rank(one[i]) - rank(other[i]);
    if (difference !== 0) return difference;
  }
  return 0;
};

/** @returns equal texts for routes that match the same paths with the same precedence. */
export const routeShape = (route: RouteTemplate): string =>
  route.map((segment) => (segment.kind === "literal" ? segment.text.toLowerCase() : `{${rank(segment)}}`)).join("/");

const parseSegment = (segment: string, isLast: boolean, route: string): Segment => {
  const unsupported = new Error(`Route "${route}": the twin does not support "${segment}".`);
  if (!/[{}]/.test(segment)) return { kind: "literal", text: segment };
  const match = /^\{(\*{0,2})(\w+)(?::(\w+))?(\?)?\}$/.exec(segment);
  if (!match) throw unsupported;
  const [, stars, name = "", constraint, optional] = match;
  if ((stars || optional) && !isLast) throw unsupported;
  if (stars) {
    if (constraint || optional) throw unsupported;
    return { kind: "rest", name };
  }
  if (constraint && !constraints[constraint]) throw unsupported;
  return { kind: "parameter", name, constraint, isOptional: optional !== undefined };
};

const accepts = (segment: Segment, value: string | undefined): boolean => {
  if (segment.kind === "rest") return true;
  if (value === undefined) return segment.kind === "parameter" && segment.isOptional;
  if (segment.kind === "literal") return segment.text.toLowerCase() === value.toLowerCase();
  return segment.constraint === undefined || constraints[segment.constraint]?.test(value) === true;
};

const rank = (segment: Segment | undefined): number => {
  if (segment === undefined) return 0;
  if (segment.kind === "literal") return 1;
  if (segment.kind === "rest") return 4;
  return segment.constraint === undefined ? 3 : 2;
};

/** Keeps a segment with an invalid encoding unchanged. */
const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};
