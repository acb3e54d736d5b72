import { createInterface } from "node:readline";

/** Asks questions on the console. */
export interface Prompt {
  /** @returns the answer without spaces around it; undefined at the end of the input. */
  ask(question: string): Promise<string | undefined>;
  close(): void;
}

/** There must be one only: it reads ahead when the input is not a terminal. */
export const openPrompt = (): Prompt => {
  const input = createInterface({ input: process.stdin });
  const lines = input[Symbol.asyncIterator]();
  return {
    ask: async (question) => {
      process.stdout.write(question);
      const line = await lines.next();
      return line.done ? undefined : line.value.trim();
    },
    close: () => input.close(),
  };
};
