/** A mistake in the options or on the machine. The message says how to fix it. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * Runs a command and sets the exit code of the process. A UsageError prints its message, a wrong option prints the help
 * too, and any other error prints its stack trace.
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
