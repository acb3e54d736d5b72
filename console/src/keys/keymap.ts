/** What can be done by a key. The texts of `keys` name them. */
export const COMMANDS = ["menu", "help", "offer", "next", "previous", "reply", "park", "end", "transfer"] as const;
export type CommandName = (typeof COMMANDS)[number];

/** A key of a command. */
export interface Shortcut {
  /** As `KeyboardEvent.key`, letters in lower case. */
  readonly key: string;
  /** Ctrl, on a Mac Cmd. Such a key works in text boxes too, as function keys do. */
  readonly withCtrl?: true;
  /** How it is shown. */
  readonly label: string;
}

/** No key with Alt, which writes letters on many keyboards, and none that browsers use. */
export const SHORTCUTS: Readonly<Record<CommandName, Shortcut>> = {
  menu: { key: "k", withCtrl: true, label: "Ctrl+K" },
  help: { key: "?", label: "?" },
  offer: { key: "F8", label: "F8" },
  next: { key: "j", label: "J" },
  previous: { key: "k", label: "K" },
  reply: { key: "r", label: "R" },
  park: { key: "p", label: "P" },
  end: { key: "e", label: "E" },
  transfer: { key: "t", label: "T" },
};

/** The parts of a `KeyboardEvent` that decide. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  /** Whether AltGr is pressed, which writes letters such as "@". */
  readonly isAltGraph: boolean;
  /** Whether an input method is composing a word. */
  readonly isComposing: boolean;
  /** Whether the focus is in an element that takes text or choices. */
  readonly isInField: boolean;
}

/** @param singleKeys - whether keys without Ctrl act; people who speak to their computer turn them off. */
export const commandFor = (press: KeyPress, singleKeys: boolean): CommandName | undefined => {
  if (press.altKey || press.isAltGraph || press.isComposing) return undefined;
  const key = letterOf(press);
  const isCtrl = press.ctrlKey || press.metaKey;
  if (isCtrl && press.shiftKey) return undefined; // browsers use many of these
  return COMMANDS.find((name) => {
    const shortcut = SHORTCUTS[name];
    if (shortcut.key !== key || (shortcut.withCtrl ?? false) !== isCtrl) return false;
    return isCtrl || /^F\d+$/.test(key) || (singleKeys && !press.isInField);
  });
};

/** The letter of a key; on a keyboard without Latin letters, the one that the same key has on others. */
const letterOf = ({ key, code }: KeyPress): string => {
  if (key.length > 1) return key;
  const isLatin = key.charCodeAt(0) < 0x250;
  return (isLatin ? key : code.replace(/^Key/, "")).toLowerCase();
};
