import type * as z from "zod";
import { type FieldError, type Problem, problem } from "./problem.ts";

/**
 * Makes the problem of a request that its schema refuses. Members that an issue carries, such as the length of a
 * text, become members of the problem.
 */
export const invalid = (error: z.ZodError): Problem<"invalid"> =>
  problem("invalid", {
    errors: error.issues.flatMap(errorsOf),
    ...Object.assign({}, ...error.issues.map((issue) => (issue.code === "custom" ? issue.params : {}))),
  });

/** The first element of a path names the part of the request, which the field's name does not show. */
const errorsOf = ({ path, message, ...issue }: z.core.$ZodIssue): readonly FieldError[] => {
  const [, ...field] = path;
  return issue.code === "unrecognized_keys"
    ? issue.keys.map((key) => ({ field: [...field, key].join("."), message: "is not known" }))
    : [{ field: field.join("."), message }];
};
