import * as z from "zod";

/** A value as a store returned it, with the version that a conditional write must still find. */
export interface Stored<T> {
  readonly value: T;
  /** Opaque. Only the store compares etags. */
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

/** How recent a read must be. */
export interface Freshness {
  /**
   * Whether the read must show every earlier write.
   *
   * @remarks False by default: the read may miss what another process wrote a moment ago, and costs half as much.
   */
  readonly newest?: boolean;
}

/**
 * A place in a sorted list: right after the item with this sort key and id. It stays valid when items are added or
 * removed, even that item.
 */
export const positionSchema = z.strictObject({ key: z.string().max(1000), id: z.string().max(1000) });
export type Position = z.infer<typeof positionSchema>;

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page starts; absent on the last page. */
  readonly next?: Position;
}

/** A request for one page of a list. */
export interface PageRequest {
  /** The most items in the page: 1 to 100. */
  readonly limit: number;
  /** Where the previous page ended; the start of the list by default. */
  readonly after?: Position;
}
