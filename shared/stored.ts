/** What a store returned, with the version that a conditional write of it must still find. */
export interface Stored<T> {
  readonly value: T;
  /** Opaque; compared by the store only. */
  readonly etag: string;
}

/** One page of a list; `continuation` is there when more may follow. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; handed back to get the next page. */
  readonly continuation?: string;
}

/** Which page of a list is wanted. */
export interface PageRequest {
  /** Most items in the page: 1 to 100. */
  readonly limit: number;
  readonly continuation?: string;
}
