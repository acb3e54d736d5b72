import type { HttpRequest } from "../http/server.ts";

const FORM = "application/x-www-form-urlencoded";

/**
 * The fields of a form that a request posts.
 * @returns undefined when the content type is another, or a field comes more than once.
 */
export const formFields = ({ headers, body }: HttpRequest): Readonly<Record<string, string>> | undefined => {
  if (headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase() !== FORM) return undefined;
  const fields = [...new URLSearchParams(body)];
  const names = new Set(fields.map(([name]) => name));
  return names.size === fields.length ? Object.fromEntries(fields) : undefined;
};

/** The body and the content type of a form to post. */
export const encodedForm = (fields: Readonly<Record<string, string>>) => ({
  contentType: `${FORM}; charset=utf-8`,
  body: new URLSearchParams(fields).toString(),
});
