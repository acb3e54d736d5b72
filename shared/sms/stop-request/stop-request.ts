import { keywordOf } from "../keyword.ts";
import { isReaction } from "../reaction.ts";
import { clausesOf } from "./clauses.ts";
import { ENGLISH } from "./english.ts";
import { matchesOne } from "./phrases.ts";
import { SPANISH } from "./spanish.ts";
import { corrected } from "./spelling.ts";

const SIGNS = /^\s*(?:[🛑✋🚫⛔🤚🖐]\p{Emoji_Modifier}?\uFE0F?\s*)+$/u;

/** "I'm not Maria": a name is known by its capital letter, which the folded form lacks. */
const OTHER_PERSON =
  /\b(?:(?:[Ii]['’]?m|[Ii] am|[Tt]his is) not|[Tt]his isn['’]?t|[Nn]o soy|[Nn]o conozco a|(?:[Tt]here(?: is|['’]?s) )?[Nn]o(?= \p{Lu}\p{Ll}+ (?:here|at this number))|[Ee]st[ea] no es(?: de)?) \p{Lu}\p{Ll}+\s*(?:here|at this number)?\s*(?:$|[.,!;\n])/u;

/**
 * Whether a text may be a request to stop without being a keyword, in English or Spanish, misspellings included. An agent
 * decides what is meant. What a text quotes is no request, and neither is a reaction.
 * Source: 47 CFR 64.1200(a)(10): any wording counts that a reasonable person would understand so.
 */
export const asksToStop = (text: string): boolean => {
  if (keywordOf(text, false) !== undefined || isReaction(text)) return false;
  if (SIGNS.test(text) || OTHER_PERSON.test(text)) return true;
  return clausesOf(text).some((clause) => {
    const words = clause.split(" ").map(corrected).join(" ");
    return matchesOne(ENGLISH, words) || matchesOne(SPANISH, words);
  });
};
