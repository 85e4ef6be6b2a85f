import type { Store } from '../../../src/language/store.ts';
import type { Pipeline } from '../../../src/pipeline.ts';
import type { Columns, Int32, Text } from '../../../src/schema/column.ts';

export const names: Store<Int32, Text>;
/** A function on a thread reads the store itself. */
export const reading: Pipeline<Columns, Columns>;
/** A lookup reads it for a function on a thread. */
export const looking: Pipeline<Columns, Columns>;
/** An aggregate over all rows, behind a function on a thread. */
export const counting: Pipeline<Columns, Columns>;
/** Functions of groups, which go with their neighbour on a thread. */
export const grouping: Pipeline<Columns, Columns>;
