/** The members of a type; of a union, the members of all its variants. */
type MemberOf<T> = T extends unknown ? keyof T : never;

/** The members that neither the view `V` shows nor `Hidden` names. */
type NotShown<T, V, Hidden> = Exclude<MemberOf<T>, keyof V | Hidden>;

/**
 * The return type of a view that shows every member of `T` but the `Hidden` ones: a new member of `T` does not compile
 * until the view `V` and the function that builds it name the member, even when it is optional, or until it is hidden.
 */
export type Complete<T, V, Hidden extends MemberOf<T> = never> = [NotShown<T, V, Hidden>] extends [never]
  ? { [K in keyof Required<V>]: V[K] }
  : { readonly notShown: NotShown<T, V, Hidden> };
