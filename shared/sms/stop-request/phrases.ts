/** Words by the name of their group, separated by bars. */
export type WordGroups = Readonly<Record<string, string>>;

/** A pattern of a clause, and a pattern of clauses in which the same words mean something else. */
export interface Phrase {
  readonly asks: RegExp;
  readonly unless: RegExp | undefined;
}

/**
 * Makes the patterns of phrases. In them, `{name}` is one word of a group, `{name...}` up to eight of its words before
 * the next word, and `{...name}` up to eight of its words after the one before. `(...)*` is limited in the
 * same way.
 * @example
 * ```ts
 * const phrase = phrasesOf({ polite: "please|just", later: "now|today" });
 * phrase("^{polite...}stop{...later}$"); // "please just stop now"
 * ```
 */
export const phrasesOf =
  (groups: WordGroups) =>
  (asks: string, unless?: string): Phrase => {
    const pattern = (text: string) => new RegExp(expand(text, groups).replaceAll(")*", `)${REPEATED}`), "u");
    return { asks: pattern(asks), unless: unless === undefined ? undefined : pattern(unless) };
  };

/** A limit, because words of a group may be parts of its other words, and a pattern tries every division. */
const REPEATED = "{0,8}";

const GROUP = /(?<!\\p)\{(?<before>\.{3})?(?<name>[a-z]+)(?<after>\.{3})?\}/g;

/** A word of a group may itself contain groups. */
const expand = (text: string, groups: WordGroups): string =>
  text.replace(GROUP, (...match) => {
    const { before, name, after } = match.at(-1);
    const words = groups[name];
    if (words === undefined) throw new Error(`there is no group ${name}`);
    const one = `(?:${expand(words, groups)})`;
    if (after) return `(?:${one} )${REPEATED}`;
    return before ? `(?: ${one})${REPEATED}` : one;
  });

/** Whether a clause is one of the phrases. */
export const matchesOne = (phrases: readonly Phrase[], clause: string): boolean =>
  phrases.some(({ asks, unless }) => asks.test(clause) && !unless?.test(clause));
