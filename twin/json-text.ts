/** What a JSON text says, or undefined when it is none: a schema then refuses it like any other wrong value. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
