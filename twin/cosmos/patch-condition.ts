import type { Container, QueryParameter, StoredResource } from "./embedded-server.ts";

/**
 * Whether a document fulfils the condition of a patch. The server's own check is not used: it turns the condition to
 * lower case, names and values included.
 * @param condition - `from c where ...`
 * @returns `invalid` when the condition cannot be parsed or evaluated.
 */
export const evaluateCondition = (
  condition: string,
  { documents }: Container,
  document: StoredResource,
): "fulfilled" | "unfulfilled" | "invalid" => {
  const { query, parameters } = parameterizeLiterals(`SELECT * ${condition}`);
  try {
    const { result } = documents._getQuery(query).exec([document], { parameters });
    return result.length > 0 ? "fulfilled" : "unfulfilled";
  } catch {
    return "invalid";
  }
};

/** A string in either kind of quotes, or a number that is no part of a name. */
const LITERAL = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?<![\w@.])\d+(?:\.\d+)?\b/g;

/**
 * Replaces the literals of a query by parameters. Conditions cannot have parameters, so that nearly each is a text of
 * its own. Without its literals it is one of a few, whose parsed form is kept; parsing takes milliseconds.
 */
const parameterizeLiterals = (text: string): { query: string; parameters: QueryParameter[] } => {
  const parameters: QueryParameter[] = [];
  const query = text.replace(LITERAL, (literal) => {
    if (literal.includes("\\")) return literal; // its escapes are the parser's business
    const name = `@literal${parameters.length}`;
    parameters.push({ name, value: /^\d/.test(literal) ? Number(literal) : literal.slice(1, -1) });
    return name;
  });
  return { query, parameters };
};
