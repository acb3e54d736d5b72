/** The properties of a connection that a filter can name. */
export interface Filtered {
  readonly userId: string | undefined;
  readonly groups: ReadonlySet<string>;
}

/** A text in quotes, with a quote in it written twice. Source: OData 4.01 ABNF, `string`. */
const TEXT = "'((?:[^']|'')*)'";
const USER = new RegExp(`^userId eq ${TEXT}$`);
const GROUP = new RegExp(`^${TEXT} in groups$`);
/** An `or` outside of quotes: an even number of quotes follows it. */
const OR = / or (?=(?:[^']*'[^']*')*[^']*$)/;

/** A filter that the twin does not support. */
export class UnsupportedFilterError extends Error {
  override readonly name = "UnsupportedFilterError";
}

/**
 * Makes the predicate of a filter: comparisons `userId eq 'ana'` and `'support' in groups`, joined by `or`. Texts are
 * compared without regard to case.
 * Source: "OData filter syntax in the Azure Web PubSub service".
 * @throws UnsupportedFilterError when it contains anything else.
 */
export const parseFilter = (filter: string): ((connection: Filtered) => boolean) => {
  const terms = filter.split(OR).map(parseTerm);
  return (connection) => terms.some((matches) => matches(connection));
};

const parseTerm = (term: string): ((connection: Filtered) => boolean) => {
  const user = USER.exec(term)?.[1];
  if (user !== undefined) return ({ userId }) => userId !== undefined && isSame(userId, unquoted(user));
  const group = GROUP.exec(term)?.[1];
  if (group !== undefined) return ({ groups }) => [...groups].some((name) => isSame(name, unquoted(group)));
  throw new UnsupportedFilterError(`The twin does not support the filter: ${term}`);
};

const unquoted = (text: string): string => text.replaceAll("''", "'");

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
