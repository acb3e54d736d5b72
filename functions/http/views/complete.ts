/**
 * The return type of a view that shows every member of `T`: a new member of `T` does not compile until the view `V`
 * and the function that builds it name the member, even when it is optional.
 */
export type Complete<T, V> = [Exclude<keyof T, keyof V>] extends [never]
  ? { [K in keyof Required<V>]: V[K] }
  : { readonly notShown: Exclude<keyof T, keyof V> };
