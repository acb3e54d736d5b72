import type * as z from "zod";

/** What is wrong with settings, a line each: their names and what is expected, never their values. */
export const problemsOf = (error: z.ZodError): readonly string[] =>
  error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
