import type { Page, PageRequest, Position } from "../../shared/kernel/stored.ts";

export type Direction = "ascending" | "descending";

/** Sorts by a key that is different for each item. */
export const sortedBy = <T>(items: readonly T[], keyOf: (item: T) => string, direction: Direction): readonly T[] => {
  const sign = direction === "ascending" ? 1 : -1;
  return items.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -sign : sign));
};

interface Order<T> {
  /** The sort key of an item. Items with the same key are sorted by id. */
  readonly keyOf: (item: T) => string;
  readonly direction: Direction;
}

/** Cuts a page out of a list. The next page begins after its last item. */
export const pageOf = <T extends { readonly id: string }>(
  items: readonly T[],
  { keyOf, direction }: Order<T>,
  { limit, after }: PageRequest,
): Page<T> => {
  const placeOf = ({ key, id }: Position) => `${key}\u0000${id}`;
  const positionOf = (item: T): Position => ({ key: keyOf(item), id: item.id });
  const place = (item: T) => placeOf(positionOf(item));
  const isAfter = (item: T) =>
    after === undefined || (direction === "ascending" ? place(item) > placeOf(after) : place(item) < placeOf(after));
  const rest = sortedBy(items, place, direction).filter(isAfter);
  const page = rest.slice(0, limit);
  const end = page.at(-1);
  return { items: page, ...(end && rest.length > limit && { next: positionOf(end) }) };
};
