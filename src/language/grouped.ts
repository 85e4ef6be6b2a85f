import type { Columns, Flatten, Row } from '../schema/column.ts';
import type { Aggregates } from './aggregates.ts';
import type { If, KeyTaken, Taken } from './check.ts';
import type { Flow } from './flow.ts';
import type { Maybe } from './stage.ts';

/** Rows in groups: those with equal values in the columns K. What rows stand for stays as it was. */
export interface Grouped<C extends Columns, K extends string, O extends string> {
  /** One row per group: its keys and aggregates over its rows, groups in the order in which they are first seen. */
  agg<const A extends Columns>(
    build: (aggregates: Aggregates<C>) => If<Taken<'agg', Pick<C, K & keyof C>, NoInfer<A>>, A>,
  ): Flow<Flatten<Pick<C, K & keyof C> & A>, `groups of ${O}`>;

  /** Keeps the groups for whose rows the predicate is true: all rows of a group or none. */
  filter(predicate: (rows: readonly Row<C>[]) => boolean): Grouped<C, K, O>;
  /** Names the columns that the predicate reads and gives it only those. */
  filter<const R extends keyof C & string>(
    reads: readonly [R, ...(readonly R[])],
    predicate: (rows: readonly Row<Pick<C, R>>[]) => boolean,
  ): Grouped<C, K, O>;

  /** Each row becomes its keys and what the function returns for it, which is given the rows of one group and returns as many. */
  map<const Out extends Columns>(
    output: If<KeyTaken<K, Out>, Out>,
    run: (rows: readonly Row<C>[]) => Maybe<readonly Row<NoInfer<Out>>[]>,
  ): Grouped<Flatten<Pick<C, K & keyof C> & Out>, K, O>;

  /** The rows of all groups that are left, in the order they had, as a flow again. */
  combine(): Flow<C, O>;
}
