import { useEffect, useState } from "react";
import type { Urgency } from "../ui/announcer.ts";

/** What the live regions show. A text that is said twice must change, or a screen reader is silent. */
interface Said {
  readonly polite: string;
  readonly assertive: string;
}

/** Connects an announcer to the live regions of the page. */
export class LiveRegionText {
  #said: Said = { polite: "", assertive: "" };
  #listener: ((said: Said) => void) | undefined;

  say = (text: string, urgency: Urgency): void => {
    const isRepeated = this.#said[urgency] === text;
    this.#said = { ...this.#said, [urgency]: isRepeated ? `${text} ` : text };
    this.#listener?.(this.#said);
  };

  listen(listener: ((said: Said) => void) | undefined): void {
    this.#listener = listener;
  }
}

export const LiveRegions = ({ text }: { readonly text: LiveRegionText }) => {
  const [said, setSaid] = useState<Said>({ polite: "", assertive: "" });
  useEffect(() => {
    text.listen(setSaid);
    return () => text.listen(undefined);
  }, [text]);
  return (
    <div className="visually-hidden">
      <div aria-live="polite" data-testid="announcements">
        {said.polite}
      </div>
      <div aria-live="assertive">{said.assertive}</div>
    </div>
  );
};
