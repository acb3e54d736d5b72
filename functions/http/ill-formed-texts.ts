import { isWellFormed, NOT_WELL_FORMED } from "../../shared/kernel/text.ts";
import type { FieldError } from "./problem.ts";

/** Names the texts of a request that are not well-formed, at every depth: values, and names of members. */
export const illFormedTexts = (value: unknown): readonly FieldError[] =>
  [...textsIn(value)]
    .filter(({ text }) => !isWellFormed(text))
    .map(({ field }) => ({ field, message: NOT_WELL_FORMED }));

interface Text {
  /** The path of the value, or of the object that has a member of this name. */
  readonly field: string;
  readonly text: string;
}

/** Walks JSON without recursion, because a client decides how deep it is. */
function* textsIn(value: unknown): Generator<Text> {
  const pending: { readonly field: string; readonly value: unknown }[] = [{ field: "", value }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { field, value: inner } = next;
    if (typeof inner === "string") yield { field, text: inner };
    if (typeof inner !== "object" || inner === null) continue;
    for (const [name, member] of Object.entries(inner).reverse()) {
      yield { field, text: name };
      pending.push({ field: field === "" ? name : `${field}.${name}`, value: member });
    }
  }
}
