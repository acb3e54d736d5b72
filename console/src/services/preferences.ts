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
}

const KEY = "hilo:preferences";

export class Preferences {
  readonly #store: TextStore;
  #values: PreferenceValues;
  readonly #listeners = new Set<() => void>();

  /** @param browserLanguages - in order of preference, as `navigator.languages`. */
  constructor(store: TextStore, browserLanguages: readonly string[]) {
    this.#store = store;
    this.#values = { ...defaults(browserLanguages), ...JSON.parse(store.getItem(KEY) ?? "{}") };
  }

  get values(): PreferenceValues {
    return this.#values;
  }

  set(changes: Partial<PreferenceValues>): void {
    this.#values = { ...this.#values, ...changes };
    this.#store.setItem(KEY, JSON.stringify(this.#values));
    for (const listener of this.#listeners) listener();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
}

const defaults = (browserLanguages: readonly string[]): PreferenceValues => ({
  language: LANGUAGES.find((language) => browserLanguages[0]?.toLowerCase().startsWith(language)) ?? "en",
  theme: "system",
  enterSends: false,
  shortcuts: true,
});
