import type { Page, PageRequest } from "../../shared/stored.ts";

export type Direction = "ascending" | "descending";

/** Sorts by a key that is different for each item. */
export const sortedBy = <T>(items: readonly T[], keyOf: (item: T) => string, direction: Direction): readonly T[] => {
  const sign = direction === "ascending" ? 1 : -1;
  return items.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -sign : sign));
};

/** Cuts a page out of a list; its continuation names the last item, so it stays right when others come and go. */
export const pageOf = <T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  direction: Direction,
  { limit, continuation }: PageRequest,
): Page<T> => {
  const last = continuation === undefined ? undefined : Buffer.from(continuation, "base64url").toString();
  const isAfter = (key: string) => last === undefined || (direction === "ascending" ? key > last : key < last);
  const rest = sortedBy(items, keyOf, direction).filter((item) => isAfter(keyOf(item)));
  const page = rest.slice(0, limit);
  const end = page.at(-1);
  if (!end || rest.length <= limit) return { items: page };
  return { items: page, continuation: Buffer.from(keyOf(end)).toString("base64url") };
};
