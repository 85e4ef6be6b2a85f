import type { ColumnSpec } from '../schema/column.ts';
import type { KeyValue } from '../state/key-value.ts';

/** Typed key-value state as lookups see it. */
export interface StoreSpec {
  readonly name: string;
  readonly key: ColumnSpec;
  readonly value: ColumnSpec;
  /** Where its values are. */
  readonly data: KeyValue;
}

/** Where a store's handle keeps what lookups see. Registered globally, so that a store made by another copy of the package is known too. */
export const STORE = Symbol.for('flowserve.store');

/** What lookups see of a store's handle; undefined for anything else. */
export function storeOf(value: unknown): StoreSpec | undefined {
  if (typeof value !== 'object' || value === null || !(STORE in value)) return undefined;
  return value[STORE] as StoreSpec;
}
