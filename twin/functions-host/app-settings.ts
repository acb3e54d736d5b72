/** The app settings, which become the app's environment variables. */
export type AppSettings = Readonly<Record<string, string>>;

/**
 * Replaces `%NAME%` in a binding by the app setting NAME.
 * @throws Error when the setting is missing.
 */
export const resolveSettings = (text: string, settings: AppSettings): string =>
  text.replaceAll(/%([^%]+)%/g, (_, name: string) => {
    const value = settings[name];
    if (value === undefined) throw new Error(`"${text}" refers to the app setting "${name}", which is missing.`);
    return value;
  });
