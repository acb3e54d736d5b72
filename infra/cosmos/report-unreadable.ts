import * as z from "zod";

const idSchema = z.object({ id: z.string() });

/**
 * Tells the log of a stored document that does not have the form it should have: where it is and which members are
 * wrong, never their values.
 */
export const reportUnreadable = (container: string, document: unknown, error: z.ZodError): void => {
  const id = idSchema.safeParse(document).data?.id ?? "without an id";
  const members = new Set(error.issues.map(({ path }) => path.join(".") || "the document itself"));
  console.error(`document ${id} of ${container} cannot be read, and is left out; wrong: ${[...members].join(", ")}`);
};
