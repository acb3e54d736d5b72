import { useSyncExternalStore } from "react";

/** A value that changes and tells its listeners. */
interface Store {
  subscribe(listener: () => void): () => void;
}

/** Renders again when the store changes. @param select - must return the same value while nothing changed. */
export const useStore = <S extends Store, T>(store: S, select: (store: S) => T): T =>
  useSyncExternalStore(store.subscribe.bind(store), () => select(store));
