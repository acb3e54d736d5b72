import { fold } from "../fold.ts";

/** Quoted lines of a reply, as mail programs write them. */
const QUOTED_LINE = /^\s*[>|].*$/gmu;
const QUOTED = /"[^"]*"|(?<=^|[\s(])'[^']{2,}'(?=$|[\s.,;:!?)])/gu;

/** What our own texts say, when a customer repeats it: "reply STOP to opt out". */
const INSTRUCTIONS: readonly RegExp[] = [
  /\b(?:reply|respond|text|txt|send|type|write|answer)(?:ing)?(?: with| back| the word)? \W?(?:stop|end|quit|cancel|unsubscribe|no|optout|opt out)\W? (?:to|2|if|for|in order to) (?:\w+ ){0,3}?(?:opt[ -]?out|unsubscribe|end|cancel|stop|quit)\b(?: (?:these|the|all|receiving|getting|texts|messages|updates))*/gu,
  /\b(?:respond|envi|escrib|mand|contest)\w+(?: con| la palabra)? \W?(?:alto|stop|baja|parar|cancelar|fin|salir|no)\W?(?: al \d+)? para (?:\w+ ){0,3}?(?:cancelar|baja|terminar|detener|salir|recibir|recibirlos)\b(?: (?:mas|los|mensajes|textos|sms))*/gu,
];

/**
 * Divides a text into its clauses: words of letters and digits in their folded form, separated by single spaces. What
 * the text quotes is left out, unless all of it is in quotation marks.
 */
export const clausesOf = (text: string): readonly string[] => {
  const lines = text.replace(QUOTED_LINE, "").split(/[\r\n\u0085\u2028\u2029]+/);
  const folded = lines.map(fold).join("\n");
  const own = INSTRUCTIONS.reduce((rest, instruction) => rest.replace(instruction, " "), folded.replace(QUOTED, " "));
  return joinSpelledWords(hasWords(own) ? own : folded)
    .split(/[.!?;:,\n¡¿()"…]+|\s-+\s/u)
    .map(wordsOf)
    .filter((clause) => clause !== "");
};

const hasWords = (text: string): boolean => /[\p{Letter}\p{Number}]/u.test(text);

/** "s.t.o.p" and "s t o p" become "stop". */
const joinSpelledWords = (text: string): string =>
  text.replace(/(?<![\p{L}\p{N}])\p{L}(?:[ .*_-]\p{L}){2,}(?![\p{L}\p{N}])/gu, (letters) =>
    letters.replace(/[ .*_-]/g, ""),
  );

const wordsOf = (clause: string): string =>
  clause
    .replace(/['*]/g, "")
    .replace(/[^\p{L}\p{N}#]+/gu, " ")
    .trim();
