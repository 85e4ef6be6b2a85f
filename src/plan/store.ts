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
