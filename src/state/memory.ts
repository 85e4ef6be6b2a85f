import { FlowError } from '../errors/flow-error.ts';
import type { KeyValue, StoreEntry, StoreKey } from './key-value.ts';

/** Keeps the values of one store in this process, as long as it lives. Keys are compared as Map does: NaN is NaN, and -0 is 0. */
export function memoryKeyValue(name: string): KeyValue {
  const entries = new Map<StoreKey, StoreEntry>();
  let revision = 0;
  return {
    readMany: (keys) => keys.map((key) => entries.get(key)),
    write(key, value, expectedRevision) {
      const found = entries.get(key)?.revision ?? 0;
      if (expectedRevision !== undefined && expectedRevision !== found) throw revisionChanged(name, key, expectedRevision, found);
      revision++;
      entries.set(key, Object.freeze({ value, revision }));
      return revision;
    },
    remove: (key) => entries.delete(key),
  };
}

/** The error of a write that expected an entry of another revision. */
function revisionChanged(name: string, key: StoreKey, expected: number, found: number): FlowError {
  const there = found === 0 ? 'there is no entry' : `the entry has revision ${found}`;
  return new FlowError('REVISION_CHANGED', `store "${name}", key ${String(key)}: expected revision ${expected} but ${there}`);
}
