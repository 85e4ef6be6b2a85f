import { FlowError } from '../../errors/flow-error.ts';
import type { StoreSpec } from '../../plan/store.ts';
import { type AnyRow, describeValue, type Schema } from '../../schema/column.ts';
import { lent } from '../../schema/own-memory.ts';
import type { StoreEntry, StoreKey } from '../../state/key-value.ts';
import { andThen, type Maybe, onceThere } from '../maybe.ts';
import type { RequestScope } from '../request-scope.ts';
import { type Table, withRows } from '../table.ts';

interface LookupOptions {
  readonly store: StoreSpec;
  readonly key: string;
  readonly as: string;
  readonly missing: 'error' | 'null';
  /** Those of its output. */
  readonly columns: Schema;
}

/**
 * Each row gains the value under its key, all read at once, each key once; no rows, no read. A request reads one version of
 * each key, wherever it looks it up.
 * Errors: LOOKUP_MISSING for a key that the store does not have, unless that gives null.
 */
export function lookup(table: Table, options: LookupOptions, scope: RequestScope): Maybe<Table> {
  if (table.rows.length === 0) return table;
  const { store, key, as, columns } = options;
  const keys = [...new Set(table.rows.map((row) => row[key] as StoreKey))];
  const names = Object.keys(columns);
  return andThen(readOnce(store, keys, scope), (entries) => {
    const values = new Map(keys.map((each, i) => [each, valueUnder(entries[i], each, options)]));
    const rows = table.rows.map((row): AnyRow => {
      const made: Record<string, unknown> = {};
      for (const name of names) made[name] = name === as ? values.get(row[key] as StoreKey) : row[name];
      return made;
    });
    return withRows(table, rows);
  });
}

function valueUnder(entry: StoreEntry | undefined, given: StoreKey, { store, key, missing }: LookupOptions): unknown {
  if (entry !== undefined) return lent(store.value, entry.value);
  if (missing === 'null') return null;
  throw new FlowError(
    'LOOKUP_MISSING',
    `lookup: store "${store.name}" has nothing under ${describeValue(given)}, the value of column "${key}"`,
  );
}

/** What each request has read from each store, in whichever of its parts. */
const reads = new WeakMap<RequestScope, Map<StoreSpec, Map<StoreKey, Maybe<StoreEntry | undefined>>>>();

/** The entries of keys, of which the store is asked for those that this request has not read before. */
function readOnce(store: StoreSpec, keys: readonly StoreKey[], scope: RequestScope): Maybe<readonly (StoreEntry | undefined)[]> {
  const known = entryOf(
    entryOf(reads, scope.request, () => new Map()),
    store,
    () => new Map(),
  );
  const fresh = keys.filter((key) => !known.has(key));
  const found = fresh.length === 0 ? [] : store.data.readMany(fresh);
  fresh.forEach((key, i) => {
    known.set(
      key,
      andThen(found, (entries) => entries[i]),
    );
  });
  return onceThere(
    keys.map((key) => known.get(key)),
    (entries) => entries,
  );
}

function entryOf<K, V>(map: { get(key: K): V | undefined; set(key: K, value: V): unknown }, key: K, create: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const created = create();
  map.set(key, created);
  return created;
}
