import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COMMANDS, commandFor, type KeyPress, SHORTCUTS } from "./keymap.ts";

const press = (changes: Partial<KeyPress>): KeyPress => ({
  key: "j",
  code: "KeyJ",
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  isAltGraph: false,
  isComposing: false,
  isInField: false,
  ...changes,
});

describe("the shortcuts", () => {
  it("are different keys", () => {
    const keys = COMMANDS.map((name) => `${SHORTCUTS[name].withCtrl ?? false} ${SHORTCUTS[name].key}`);
    expect(new Set(keys).size).toBe(COMMANDS.length);
  });

  it("are no keys that browsers use", () => {
    const withCtrl = COMMANDS.filter((name) => SHORTCUTS[name].withCtrl).map((name) => SHORTCUTS[name].key);
    expect(withCtrl.filter((key) => "ntwlfrpsaczxv".includes(key))).toEqual([]);
  });
});

describe("commandFor", () => {
  it.each([
    ["j", "KeyJ", "next"],
    ["J", "KeyJ", "next"],
    ["k", "KeyK", "previous"],
    ["?", "Slash", "help"],
    ["F8", "F8", "offer"],
  ])("finds for the key %j the command at %s: %s", (key, code, name) => {
    expect(commandFor(press({ key, code }), true)).toBe(name);
  });

  it.each(["ctrlKey", "metaKey"])("finds the menu at K with %s, in fields too", (modifier) => {
    const pressed = press({ key: "k", code: "KeyK", [modifier]: true });
    expect(commandFor(pressed, true)).toBe("menu");
    expect(commandFor({ ...pressed, isInField: true }, false)).toBe("menu");
  });

  it("finds no single key in a field, or when the person has turned them off", () => {
    expect(commandFor(press({ isInField: true }), true)).toBeUndefined();
    expect(commandFor(press({}), false)).toBeUndefined();
  });

  it("finds a function key in a field, and when single keys are off", () => {
    expect(commandFor(press({ key: "F8", code: "F8", isInField: true }), false)).toBe("offer");
  });

  it.each([
    ["о", "KeyJ", "next"],
    ["л", "KeyK", "previous"],
    ["η", "KeyH", undefined],
  ])("takes %j of a keyboard without Latin letters as the letter of %s", (key, code, name) => {
    expect(commandFor(press({ key, code }), true)).toBe(name);
  });

  it("goes by the letter, not by the place of the key", () => {
    // On a Dvorak keyboard, "j" is where others have "c".
    expect(commandFor(press({ key: "j", code: "KeyC" }), true)).toBe("next");
    expect(commandFor(press({ key: "c", code: "KeyJ" }), true)).toBeUndefined();
  });

  it.each([
    ["ą", "Polish A", { isAltGraph: true }],
    ["@", "German at sign", { altKey: true, ctrlKey: true, isAltGraph: true }],
    ["K", "a key with Ctrl and Shift, which browsers use", { ctrlKey: true, shiftKey: true }],
    ["k", "AltGr that a system reports as Ctrl and Alt", { altKey: true, ctrlKey: true }],
    ["j", "an input method", { isComposing: true }],
  ])("leaves %j to %s", (key, _, changes) => {
    expect(commandFor(press({ key, ...changes }), true)).toBeUndefined();
  });

  it("never takes a letter from a text", () => {
    const anyPress = fc.record({
      key: fc.oneof(fc.constantFrom("j", "k", "e", "?", "/", "@", "ñ", "Dead", "Enter"), fc.string({ minLength: 1 })),
      code: fc.constantFrom("KeyJ", "KeyK", "KeyE", "Slash", "KeyQ"),
      ctrlKey: fc.constant(false),
      metaKey: fc.constant(false),
      altKey: fc.boolean(),
      shiftKey: fc.boolean(),
      isAltGraph: fc.boolean(),
      isComposing: fc.boolean(),
      isInField: fc.constant(true),
    });
    fc.assert(
      fc.property(anyPress, fc.boolean(), (pressed, singleKeys) => {
        fc.pre(!/^F\d+$/.test(pressed.key));
        expect(commandFor(pressed, singleKeys)).toBeUndefined();
      }),
    );
  });
});
