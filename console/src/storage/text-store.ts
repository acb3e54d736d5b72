/** The part of `Storage` that the console needs, so that tests can supply it. */
export type TextStore = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;
