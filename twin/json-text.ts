/** Parses a JSON text. @returns undefined when it is not JSON, which a schema then refuses like any invalid value. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
