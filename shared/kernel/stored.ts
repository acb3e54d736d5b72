import * as z from "zod";

/** What a store returned, with the version that a conditional write of it must still find. */
export interface Stored<T> {
  readonly value: T;
  /** Opaque; compared by the store only. */
  readonly etag: string;
}

/** A value that was read in order to change it. */
export interface Read<T> extends Stored<T> {
  /**
   * The change is meant for this version only: after a concurrent change the outcome is `stale`. Otherwise the change
   * is decided again on the newer version.
   */
  readonly isOnlyVersion?: boolean;
}

/**
 * How new a read has to be. Without `newest`, it may miss what another process wrote a moment ago; with it, it misses
 * nothing that was written before, and costs twice as much.
 */
export interface Freshness {
  readonly newest?: boolean;
}

/**
 * A place in a sorted list: right behind the item with this sort key and id. It stays right when other items come and
 * go, even that one.
 */
export const positionSchema = z.strictObject({ key: z.string().max(1000), id: z.string().max(1000) });
export type Position = z.infer<typeof positionSchema>;

/** One page of a list; `next` is there when more follow. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Handed back to get the next page. */
  readonly next?: Position;
}

/** Which page of a list is wanted. */
export interface PageRequest {
  /** Most items in the page: 1 to 100. */
  readonly limit: number;
  /** Where the page before ended; the list's beginning without it. */
  readonly after?: Position;
}
