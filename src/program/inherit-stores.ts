import { isDeepStrictEqual } from 'node:util';
import { printSchema } from '../schema/fit.ts';
import { HeritableKeyValue } from '../state/heritable.ts';
import type { MadeStore } from './made-stores.ts';

/** What became of a store: `replaced` by one of its name with other columns, which begins anew. */
export interface StoreChange {
  readonly store: string;
  readonly change: 'kept' | 'added' | 'replaced';
}

/** What the stores of a program have from those before. */
export interface Inheritance {
  readonly changes: readonly StoreChange[];
  /** Writes the entries that the program before did not have, or had with other values. */
  writeEntries(): void;
}

/**
 * Gives the stores of a program the values of those of the program before that have the same name and columns. Several that are
 * alike are told apart by their order. What a program puts there while it is loaded counts for new stores alone, since the values
 * of others are those that are in use.
 */
export function inheritStores(before: readonly MadeStore[], after: readonly MadeStore[]): Inheritance {
  const left = [...before];
  const heirs = after.map((store) => {
    const place = left.findIndex((old) => isAlike(old, store));
    return { store, from: place < 0 ? undefined : left.splice(place, 1)[0] };
  });
  for (const { store, from } of heirs) if (from !== undefined) inherit(store, from);
  return {
    changes: heirs.map(({ store, from }) => ({ store: store.spec.name, change: changeOf(store, from, before) })),
    writeEntries() {
      for (const { store, from } of heirs) if (from !== undefined) writeOthers(store, from);
    },
  };
}

function isAlike({ spec: a }: MadeStore, { spec: b }: MadeStore): boolean {
  return a.name === b.name && printSchema({ key: a.key, value: a.value }) === printSchema({ key: b.key, value: b.value });
}

function inherit({ spec: { data } }: MadeStore, { spec: { data: from } }: MadeStore): void {
  if (data instanceof HeritableKeyValue && from instanceof HeritableKeyValue) data.inherit(from);
}

function changeOf({ spec }: MadeStore, from: MadeStore | undefined, before: readonly MadeStore[]): StoreChange['change'] {
  if (from !== undefined) return 'kept';
  return before.some(({ spec: { name } }) => name === spec.name) ? 'replaced' : 'added';
}

function writeOthers({ spec, entries }: MadeStore, from: MadeStore): void {
  const old = new Map(from.entries);
  for (const [key, value] of entries) {
    if (!old.has(key) || !isDeepStrictEqual(old.get(key), value)) spec.data.write(key, value);
  }
}
