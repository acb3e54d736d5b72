import type { Container, QueryParameter, StoredResource } from "./embedded-server.ts";

/**
 * Evaluates the condition of a patch on a document. Replaces the embedded server's own check, which lowercases the
 * condition including its names and values.
 * @param condition - `from c where ...`
 * @returns `invalid` when the condition cannot be parsed or evaluated.
 */
export const evaluateCondition = (
  condition: string,
  { documents }: Container,
  document: StoredResource,
): "met" | "not-met" | "invalid" => {
  const { query, parameters } = parameterizeLiterals(`SELECT * ${condition}`);
  try {
    const { result } = documents._getQuery(query).exec([document], { parameters });
    return result.length > 0 ? "met" : "not-met";
  } catch {
    return "invalid";
  }
};

/** A string in single or double quotes, or a number that is not part of a name. */
const LITERAL = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?<![\w@.])\d+(?:\.\d+)?\b/g;

/**
 * Replaces the literals of a query by parameters. Conditions cannot have parameters, so almost every condition is a
 * different text. Without literals there are few different texts, and the engine caches their parsed form; parsing
 * takes milliseconds.
 */
const parameterizeLiterals = (text: string): { query: string; parameters: QueryParameter[] } => {
  const parameters: QueryParameter[] = [];
  const query = text.replace(LITERAL, (literal) => {
    if (literal.includes("\\")) return literal; // left to the parser, which resolves escapes
    const name = `@literal${parameters.length}`;
    parameters.push({ name, value: /^\d/.test(literal) ? Number(literal) : literal.slice(1, -1) });
    return name;
  });
  return { query, parameters };
};
