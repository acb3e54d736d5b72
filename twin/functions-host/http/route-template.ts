type Segment =
  | { readonly kind: "literal"; readonly text: string }
  | {
      readonly kind: "parameter";
      readonly name: string;
      readonly constraint: string | undefined;
      readonly isOptional: boolean;
    }
  | { readonly kind: "rest"; readonly name: string };

/** A parsed route: literals, `{a}`, `{a:int}`, `{a?}` and a closing `{*a}`. */
export type RouteTemplate = readonly Segment[];

/** The route constraints of ASP.NET Core that the twin knows. */
const constraints: Readonly<Record<string, RegExp>> = {
  int: /^-?\d{1,10}$/,
  long: /^-?\d{1,19}$/,
  guid: /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i,
  alpha: /^[a-z]*$/i,
  bool: /^(?:true|false)$/i,
};

/** @throws Error for what is no route, or uses more of ASP.NET Core's syntax than the twin knows. */
export const parseRoute = (text: string): RouteTemplate => {
  if (text.startsWith("/") || text.startsWith("~")) throw new Error(`Route "${text}" must not start with "/" or "~".`);
  const segments = text.split("/").filter((segment) => segment !== "");
  return segments.map((segment, index) => parseSegment(segment, index === segments.length - 1, text));
};

/**
 * Matches the segments of a path, still percent-encoded, ignoring the case of literals.
 * @returns the values of the parameters, decoded; undefined when the route does not match.
 */
export const matchRoute = (route: RouteTemplate, path: readonly string[]): Record<string, string> | undefined => {
  const values: Record<string, string> = {};
  let position = 0;
  for (const segment of route) {
    if (segment.kind === "rest") {
      const rest = path.slice(position);
      if (rest.length > 0) values[segment.name] = rest.map(decode).join("/");
      return values;
    }
    const given = path[position++];
    if (given === undefined) {
      if (segment.kind === "parameter" && segment.isOptional) continue;
      return undefined;
    }
    if (!accepts(segment, decode(given))) return undefined;
    if (segment.kind === "parameter") values[segment.name] = decode(given);
  }
  return position < path.length ? undefined : values;
};

/** Orders routes so that the more exact comes first, segment by segment: literal, constrained, any, rest. */
export const compareRoutes = (one: RouteTemplate, other: RouteTemplate): number => {
  for (let i = 0; i < Math.max(one.length, other.length); i++) {
    const difference = rank(one[i]) - rank(other[i]);
    if (difference !== 0) return difference;
  }
  return 0;
};

/** The same text for all routes that match the same paths with the same precedence. */
export const routeShape = (route: RouteTemplate): string =>
  route.map((segment) => (segment.kind === "literal" ? segment.text.toLowerCase() : `{${rank(segment)}}`)).join("/");

const parseSegment = (segment: string, isLast: boolean, route: string): Segment => {
  const unknown = new Error(`Route "${route}": the twin does not know "${segment}".`);
  if (!/[{}]/.test(segment)) return { kind: "literal", text: segment };
  const match = /^\{(\*{0,2})(\w+)(?::(\w+))?(\?)?\}$/.exec(segment);
  if (!match) throw unknown;
  const [, stars, name = "", constraint, optional] = match;
  if (stars) {
    if (!isLast || constraint || optional) throw unknown;
    return { kind: "rest", name };
  }
  if (constraint && !constraints[constraint]) throw unknown;
  if (optional && !isLast) throw unknown;
  return { kind: "parameter", name, constraint, isOptional: optional !== undefined };
};

const accepts = (segment: Exclude<Segment, { kind: "rest" }>, value: string): boolean => {
  if (segment.kind === "literal") return segment.text.toLowerCase() === value.toLowerCase();
  return segment.constraint === undefined || constraints[segment.constraint]?.test(value) === true;
};

const rank = (segment: Segment | undefined): number => {
  if (segment === undefined) return 0;
  if (segment.kind === "literal") return 1;
  if (segment.kind === "rest") return 4;
  return segment.constraint === undefined ? 3 : 2;
};

/** A segment whose encoding is broken stays as it came. */
const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};
