/** The app's settings by name, as they become its environment. */
export type AppSettings = Readonly<Record<string, string>>;

/**
 * Fills in the `%NAME%` that a binding may use for the setting NAME.
 * @throws Error when there is no such setting.
 */
export const resolveSettings = (text: string, settings: AppSettings): string =>
  text.replaceAll(/%([^%]+)%/g, (_, name: string) => {
    const value = settings[name];
    if (value === undefined) throw new Error(`"${text}" names the setting "${name}", which is not there.`);
    return value;
  });
