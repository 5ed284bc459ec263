/**
 * A value that tells when it changed: how state that outlives its components (an open source, a viewport) reaches
 * them. Deliberately no global store: each lives with whatever owns it.
 */
import { useSyncExternalStore } from 'react';

export interface Store<T> {
  readonly get: () => T;
  /** Returns the function that stops listening. */
  readonly subscribe: (listener: () => void) => () => void;
}

export interface MutableStore<T> extends Store<T> {
  /** Tells listeners unless the value is the one it has. */
  readonly set: (value: T) => void;
  readonly update: (change: (value: T) => T) => void;
}

export function createStore<T>(initial: T): MutableStore<T> {
  const listeners = new Set<() => void>();
  let value = initial;
  const set = (next: T): void => {
    if (Object.is(next, value)) return;
    value = next;
    // A listener may stop listening while it is told.
    for (const listener of [...listeners]) listener();
  };
  return {
    get: () => value,
    set,
    update: (change) => set(change(value)),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The store's value, in a component. */
export const useStore = <T>(store: Store<T>): T => useSyncExternalStore(store.subscribe, store.get);

/**
 * A part of the store's value; renders only when that part changed. `select` must answer the same reference for the
 * same value.
 */
export const useStorePart = <T, P>(store: Store<T>, select: (value: T) => P): P =>
  useSyncExternalStore(store.subscribe, () => select(store.get()));
