import { AsyncLocalStorage } from 'node:async_hooks';
import type { StoreSpec } from '../plan/store.ts';
import type { StoreKey } from '../state/key-value.ts';

/** A store that a program has made, and what it put there at first. */
export interface MadeStore {
  readonly spec: StoreSpec;
  readonly entries: readonly (readonly [StoreKey, unknown])[];
}

/**
 * Who is loading a program: several may be at once, and await something at their top level. Each is here only while it loads, since a storage that has been
 * used makes every promise of the process dearer until it is disabled.
 */
const loading = new Set<AsyncLocalStorage<MadeStore[]>>();

/** Tells of a store to whoever loads the program that makes it. */
export function noteStore(made: MadeStore): void {
  for (const storage of loading) storage.getStore()?.push(made);
}

/** Loads a program, and gives the stores that it made meanwhile too. */
export async function withMadeStores<T>(load: () => Promise<T>): Promise<{ readonly loaded: T; readonly stores: readonly MadeStore[] }> {
  const stores: MadeStore[] = [];
  const storage = new AsyncLocalStorage<MadeStore[]>();
  loading.add(storage);
  try {
    return { loaded: await storage.run(stores, load), stores };
  } finally {
    loading.delete(storage);
    storage.disable();
  }
}
