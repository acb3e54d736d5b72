/** What a person asked for, or has on the machine, will not do; the message says what to do about it. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * Runs a command of this folder to its end, as the process's exit code. What is wrong is told in a sentence where a
 * person can mend it, and as it is where that is a fault of the program.
 */
export const runCommand = async (help: string, main: () => Promise<number>): Promise<void> => {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (isBadOption(error)) console.error(`${error.message}\n\n${help}`);
    else console.error(error instanceof UsageError ? error.message : error);
    process.exitCode = 1;
  }
};

const isBadOption = (error: unknown): error is Error =>
  error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS_");
