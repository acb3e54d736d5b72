import * as z from "zod";
import { fold } from "./fold.ts";
import type { Language } from "./language.ts";

/** The meaning of a word that carriers and regulators reserve. */
export const keywordSchema = z.enum(["stop", "start", "help"]);
export type Keyword = z.infer<typeof keywordSchema>;

/** A keyword that the provider recognised. The word may be one that the company configured at the provider. */
export interface KeywordVerdict {
  readonly keyword: Keyword;
  /** Whether the provider has replied to the customer. */
  readonly isAnswered: boolean;
}

type Words = Readonly<Record<Keyword, readonly string[]>>;

/**
 * The built-in keywords. STOP and INFO are words of each language, so that their reply is in the channel's own.
 * Sources: 47 CFR 64.1200(a)(10) (stop, quit, end, revoke, opt out, cancel, unsubscribe), CTIA Messaging Principles,
 * Twilio's and TeleSign's default lists; ARRET and AIDE: Canadian common short codes; ALTO and AYUDA: Twilio, short codes
 * in Spanish.
 */
export const KEYWORD_WORDS: Readonly<Record<Language, Words>> = {
  en: {
    stop: ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"],
    start: ["START", "UNSTOP"],
    help: ["HELP", "INFO"],
  },
  fr: {
    stop: ["STOP", "ARRET", "ARRETE", "ARRETER", "ARRETEZ", "DESABONNER", "DESINSCRIRE"],
    start: ["REPRENDRE"],
    help: ["AIDE", "INFO"],
  },
  es: {
    stop: ["STOP", "ALTO", "PARAR", "PARE", "BAJA", "DARSE DE BAJA", "CANCELAR", "DETENER", "REVOCAR", "DESUSCRIBIR"],
    start: ["ALTA", "INICIAR", "REANUDAR"],
    help: ["AYUDA", "INFO"],
  },
};

/** Ordinary answers to a question, which mean start only after an opt-out. */
const CONSENTING_WORDS: Readonly<Record<Language, string>> = { en: "YES", fr: "OUI", es: "SI" };

/** The keywords of a channel: those of its languages and of English, which carriers reserve, and further words. */
export interface KeywordVocabulary {
  /** At least one. The first is that of the words that several languages share. */
  readonly languages: readonly Language[];
  readonly words: Words;
}

/** French is in it for the numbers of Canada. */
export const DEFAULT_LANGUAGES: readonly Language[] = ["en", "fr"];
export const DEFAULT_VOCABULARY: KeywordVocabulary = {
  languages: DEFAULT_LANGUAGES,
  words: { stop: [], start: [], help: [] },
};

/** The letters and digits of a text, folded: "« Opt-out! »" becomes "optout". Equal words are the same keyword. */
export const keywordForm = (text: string): string => fold(text).replace(/[^\p{Letter}\p{Number}]/gu, "");

const wordsOf = ({ languages, words }: KeywordVocabulary, keyword: Keyword): readonly string[] => [
  ...words[keyword],
  ...[...new Set<Language>([...languages, "en"])].flatMap((language) => KEYWORD_WORDS[language][keyword]),
];

/**
 * Recognises a text that consists of a keyword, whatever its case, accents, punctuation and spaces.
 * @param optedOut - whether the customer has opted out of the thread: only then do "YES", "OUI" and "SÍ" mean start.
 * @returns undefined for any other text.
 */
export const keywordOf = (
  text: string,
  optedOut: boolean,
  vocabulary: KeywordVocabulary = DEFAULT_VOCABULARY,
): Keyword | undefined => {
  const form = keywordForm(text);
  if (form === "") return undefined;
  const isOneOf = (words: readonly string[]) => words.some((word) => keywordForm(word) === form);
  const keyword = keywordSchema.options.find((candidate) => isOneOf(wordsOf(vocabulary, candidate)));
  if (keyword || !optedOut) return keyword;
  return isOneOf([...vocabulary.languages, "en" as const].map((language) => CONSENTING_WORDS[language]))
    ? "start"
    : undefined;
};

/**
 * The language in which a keyword is answered.
 * @returns the first language of the channel that has the word; its first language for any other word.
 */
export const languageOfKeyword = (text: string, { languages }: Pick<KeywordVocabulary, "languages">): Language => {
  const form = keywordForm(text);
  const hasWord = (language: Language) =>
    [...Object.values(KEYWORD_WORDS[language]).flat(), CONSENTING_WORDS[language]].some(
      (word) => keywordForm(word) === form,
    );
  return languages.find(hasWord) ?? languages[0] ?? "en";
};
