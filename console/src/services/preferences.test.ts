import { describe, expect, it } from "vitest";
import { FakeStore } from "../storage/fake-store.ts";
import { Preferences } from "./preferences.ts";

const KEY = "hilo:preferences";
const DEFAULTS = { language: "en", theme: "system", enterSends: false, shortcuts: true, undoSeconds: 5 };

const stored = (value: string): FakeStore => {
  const store = new FakeStore();
  store.setItem(KEY, value);
  return store;
};

describe("preferences", () => {
  it("have defaults", () => {
    expect(new Preferences(new FakeStore(), ["en-GB"]).values).toEqual(DEFAULTS);
  });

  it.each([
    [["es-MX"], "es"],
    [["ES"], "es"],
    [["ca-ES", "es-ES", "en"], "es"],
    [["pl", "en", "es"], "en"],
    [["pl", "de"], "en"],
    [[], "en"],
  ])("take of the browser's languages %j the first that the console has", (languages, language) => {
    expect(new Preferences(new FakeStore(), languages).values.language).toBe(language);
  });

  it("survive a reload of the page", () => {
    const store = new FakeStore();
    new Preferences(store, []).set({ language: "es", enterSends: true });
    expect(new Preferences(store, ["en"]).values).toEqual({ ...DEFAULTS, language: "es", enterSends: true });
  });

  it("follow the browser until the person chooses", () => {
    const store = new FakeStore();
    new Preferences(store, ["en"]).set({ theme: "dark" });
    expect(new Preferences(store, ["es"]).values).toEqual({ ...DEFAULTS, language: "es", theme: "dark" });
  });

  it("say that they have changed", () => {
    const preferences = new Preferences(new FakeStore(), []);
    const seen: unknown[] = [];
    const unsubscribe = preferences.subscribe(() => seen.push(preferences.values.theme));
    preferences.set({ theme: "dark" });
    unsubscribe();
    preferences.set({ theme: "light" });
    expect(seen).toEqual(["dark"]);
  });

  it.each([
    "",
    "{",
    "null",
    "7",
    '"dark"',
    "[]",
    '{"language":"xx","theme":"red","enterSends":"yes","shortcuts":null,"undoSeconds":7}',
  ])("are the defaults when the storage has %j", (value) => {
    expect(new Preferences(stored(value), []).values).toEqual(DEFAULTS);
  });

  it("keep the valid ones beside those of another version", () => {
    const preferences = new Preferences(stored('{"theme":"dark","language":"xx","sound":"loud"}'), []);
    expect(preferences.values).toEqual({ ...DEFAULTS, theme: "dark" });
  });
});
