import { AsyncLocalStorage } from 'node:async_hooks';
import type { StoreSpec } from '../plan/store.ts';
import type { StoreKey } from '../state/key-value.ts';

/** A store that a program has made, and what it put there at first. */
export interface MadeStore {
  readonly spec: StoreSpec;
  readonly entries: readonly (readonly [StoreKey, unknown])[];
}

/** Which program is being loaded: several may be at once, and await something at their top level. */
const loading = new AsyncLocalStorage<MadeStore[]>();

/** Tells of a store to whoever loads the program that makes it. */
export function noteStore(made: MadeStore): void {
  loading.getStore()?.push(made);
}

/** Loads a program, and gives the stores that it made meanwhile too. */
export async function withMadeStores<T>(load: () => Promise<T>): Promise<{ readonly loaded: T; readonly stores: readonly MadeStore[] }> {
  const stores: MadeStore[] = [];
  return { loaded: await loading.run(stores, load), stores };
}
