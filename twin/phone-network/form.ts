import type { NodeContext } from "../http/app-server.ts";

const MEDIA_TYPE = "application/x-www-form-urlencoded";

/** The fields of a form by name. */
export type Form = Readonly<Record<string, string>>;

/**
 * Reads the form that a request posts.
 * @returns undefined when the media type is another, or a field occurs more than once.
 */
export const readForm = async (c: NodeContext): Promise<Form | undefined> => {
  if (c.req.header("content-type")?.split(";", 1)[0]?.trim().toLowerCase() !== MEDIA_TYPE) return undefined;
  const fields = [...new URLSearchParams(await c.req.text())];
  const names = new Set(fields.map(([name]) => name));
  return names.size === fields.length ? Object.fromEntries(fields) : undefined;
};

/** The body and the content type of a form to post. */
export const encodeForm = (form: Form) => ({
  contentType: `${MEDIA_TYPE}; charset=utf-8`,
  body: new URLSearchParams(form).toString(),
});
