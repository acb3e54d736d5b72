/** A command that is being typed: its word, and the part of the text that it takes. */
export interface SlashCommand {
  /** The word after the slash, or after "/q ", in lower case. */
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** A slash at the beginning or after a space, up to the caret. Read from the text, since "/" has another key on each keyboard. */
const COMMAND = /(?:^|\s)(\/(?:q(?: |$))?([^\s/]*))$/u;

/** @returns the command that ends at the caret, if any. */
export const commandAt = (text: string, caret: number): SlashCommand | undefined => {
  const [, command, word = ""] = COMMAND.exec(text.slice(0, caret)) ?? [];
  return command === undefined ? undefined : { word: word.toLowerCase(), start: caret - command.length, end: caret };
};

/** Puts a text in place of a part of another one. @returns the caret behind it too. */
export const insertAt = (
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
  inserted: string,
): { readonly text: string; readonly caret: number } => ({
  text: text.slice(0, start) + inserted + text.slice(end),
  caret: start + inserted.length,
});
