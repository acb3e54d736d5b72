import { isRecord, readJson } from "../storage/read-json.ts";
import type { TextStore } from "../storage/text-store.ts";
import { LANGUAGES, type Language } from "../text/languages.ts";

export const THEMES = ["system", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

/** What a person has chosen for this browser. */
export interface PreferenceValues {
  readonly language: Language;
  readonly theme: Theme;
  /** Whether Enter alone sends a reply; otherwise Ctrl+Enter or Cmd+Enter does. */
  readonly enterSends: boolean;
  readonly shortcuts: boolean;
  /** For how long a reply can be taken back, in seconds. */
  readonly undoSeconds: number;
}

/** The choices of `undoSeconds`; 0 sends at once. */
export const UNDO_SECONDS = [0, 5, 10] as const;

const KEY = "hilo:preferences";

export class Preferences {
  readonly #store: TextStore;
  readonly #defaults: PreferenceValues;
  #chosen: Partial<PreferenceValues>;
  #values: PreferenceValues;
  readonly #listeners = new Set<() => void>();

  /** @param browserLanguages - in order of preference, as `navigator.languages`. */
  constructor(store: TextStore, browserLanguages: readonly string[]) {
    this.#store = store;
    this.#defaults = defaults(browserLanguages);
    this.#chosen = chosenIn(readJson(store, KEY));
    this.#values = { ...this.#defaults, ...this.#chosen };
  }

  get values(): PreferenceValues {
    return this.#values;
  }

  set(changes: Partial<PreferenceValues>): void {
    this.#chosen = { ...this.#chosen, ...changes };
    this.#values = { ...this.#defaults, ...this.#chosen };
    this.#store.setItem(KEY, JSON.stringify(this.#chosen));
    for (const listener of this.#listeners) listener();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
}

const defaults = (browserLanguages: readonly string[]): PreferenceValues => ({
  language: browserLanguages.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? "en",
  theme: "system",
  enterSends: false,
  shortcuts: true,
  undoSeconds: 5,
});

const isLanguage = (value: unknown): value is Language => LANGUAGES.some((language) => language === value);
const isUndoSeconds = (value: unknown): value is number => UNDO_SECONDS.some((seconds) => seconds === value);
const isTheme = (value: unknown): value is Theme => THEMES.some((theme) => theme === value);

/** The valid preferences among stored ones. */
const chosenIn = (stored: unknown): Partial<PreferenceValues> => {
  if (!isRecord(stored)) return {};
  const { language, theme, enterSends, shortcuts, undoSeconds } = stored;
  return {
    ...(isLanguage(language) && { language }),
    ...(isTheme(theme) && { theme }),
    ...(typeof enterSends === "boolean" && { enterSends }),
    ...(typeof shortcuts === "boolean" && { shortcuts }),
    ...(isUndoSeconds(undoSeconds) && { undoSeconds }),
  };
};
