import { useEffect, useRef } from "react";
import type { Commands } from "./commands.ts";
import { type CommandName, commandFor } from "./keymap.ts";

/** Offers a command while the component is shown. @param run - undefined while it cannot be run. */
export const useCommand = (commands: Commands, name: CommandName, run: (() => void) | undefined): void => {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  const isOffered = run !== undefined;
  useEffect(
    () => (isOffered ? commands.offer(name, () => latest.current?.()) : undefined),
    [commands, name, isOffered],
  );
};

/** Runs commands by their keys. */
export const useKeys = (commands: Commands, singleKeys: boolean): void => {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isInDialog(event.target)) return;
      const { key, code, ctrlKey, metaKey, altKey, shiftKey, target } = event;
      const isAltGraph = event.getModifierState("AltGraph");
      const isComposing = event.isComposing || event.keyCode === 229;
      const press = {
        key,
        code,
        ctrlKey,
        metaKey,
        altKey,
        shiftKey,
        isAltGraph,
        isComposing,
        isInField: isField(target),
      };
      const name = commandFor(press, singleKeys);
      if (name && commands.run(name)) event.preventDefault();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, [commands, singleKeys]);
};

const isField = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest("input, textarea, select, [contenteditable], [role=menu]") !== null;

const isInDialog = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest("[role=dialog]") !== null;
