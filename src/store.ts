import { type KeyColumn, type Store, type StoreDefinition, seed, storeHandle, storeSpec } from './language/store.ts';
import { noteStore } from './program/made-stores.ts';
import { isInsideThread } from './runtime/embedded/inside-thread.ts';
import type { AnyColumn } from './schema/column.ts';
import { HeritableKeyValue } from './state/heritable.ts';
import { memoryKeyValue } from './state/memory.ts';
import { unreachableKeyValue } from './state/unreachable.ts';

/**
 * Typed key-value state, in the memory of this process: what pipelines look up with `lookup` and the program reads and writes. A
 * request reads one version of each key, whatever is written meanwhile. Worker threads have no values: there the methods fail with
 * STORE_UNREACHABLE. Errors: OPTION_INVALID, COLUMN_MISMATCH for a key that cannot be one, ENTRY_INVALID.
 */
export function store<K extends KeyColumn, V extends AnyColumn>(name: string, definition: StoreDefinition<K, V>): Store<K, V> {
  if (isInsideThread()) return storeHandle(storeSpec(name, definition, unreachableKeyValue)) as Store<K, V>;
  const spec = storeSpec(name, definition, (own) => new HeritableKeyValue(memoryKeyValue(own)));
  noteStore({ spec, entries: seed(spec, definition) });
  return storeHandle(spec) as Store<K, V>;
}
