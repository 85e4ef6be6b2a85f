import type { Columns, Flatten, Null, RecordOf, Row } from '../schema/column.ts';
import type { Aggregates } from './aggregates.ts';
import type { Collide, Fits, If, KindFits, Names, Or, RenamedOnto, SameOrigin, Taken } from './check.ts';
import type { AnyStage, Many, Maybe } from './stage.ts';

type Nulls<C extends Columns> = { readonly [K in keyof C]: C[K] | Null };

/** What a verb asks of another flow. Small on purpose: comparing whole flows is slow, invariant and prints pages. */
export interface Rows<C extends Columns, O extends string> {
  readonly columns: C;
  readonly origin: O;
}

/**
 * An immutable table in the making: each verb returns a new flow. C are its columns; O is what a row stands for
 * (its identity): 'request' until a flatMap makes other rows.
 */
export interface Flow<C extends Columns, O extends string = 'request'> extends Rows<C, O> {
  /** Each row becomes what the stage returns for it. */
  map<S extends AnyStage>(stage: If<Or<KindFits<'map', S['kind'], 'stage'>, Fits<'map', C, S['input']>>, S>): Flow<S['output'], O>;
  /** Each row becomes what the function returns for it: the declared columns and no others. */
  map<const Out extends Columns>(output: Out, run: (row: Row<C>) => Maybe<Row<NoInfer<Out>>>): Flow<Out, O>;

  /** Each row gains the columns that the stage returns for it. */
  derive<S extends AnyStage>(
    stage: If<Or<KindFits<'derive', S['kind'], 'stage'>, Or<Fits<'derive', C, S['input']>, Taken<'derive', C, S['output']>>>, S>,
  ): Flow<Flatten<C & S['output']>, O>;
  /** Each row gains the columns that the function returns for it. */
  derive<const Out extends Columns>(
    output: If<Taken<'derive', C, Out>, Out>,
    run: (row: Row<C>) => Maybe<Row<NoInfer<Out>>>,
  ): Flow<Flatten<C & Out>, O>;

  /** Each row becomes any number of rows, which stand for themselves until `gather` brings them back. */
  flatMap<S extends AnyStage>(
    stage: If<Or<KindFits<'flatMap', S['kind'], 'expander'>, Fits<'flatMap', C, S['input']>>, S>,
  ): Flow<S['output'], `rows of ${O}`>;
  /** Each row becomes the rows that the function returns or yields for it. */
  flatMap<const Out extends Columns>(output: Out, run: (row: Row<C>) => Many<Row<NoInfer<Out>>>): Flow<Out, `rows of ${O}`>;

  /** Keeps the rows for which the predicate is true; a bare predicate counts as reading every column. */
  filter(predicate: (row: Row<C>) => boolean): Flow<C, O>;
  /** Names the columns that the predicate reads and gives it only those: then the filter may be moved. */
  filter<const K extends keyof C & string>(
    reads: readonly [K, ...(readonly K[])],
    predicate: (row: Row<Pick<C, K>>) => boolean,
  ): Flow<C, O>;

  /** Keeps only the named columns, in this order. */
  select<const K extends keyof C & string>(...names: readonly [K, ...(readonly K[])]): Flow<Flatten<Pick<C, K>>, O>;

  /** Gives columns new names: `{ old: 'new' }`. */
  rename<const M extends { readonly [K in keyof C & string]?: string }>(names: If<RenamedOnto<C, M>, M>): Flow<Renamed<C, M>, O>;

  /**
   * Puts rows of the same identity side by side; both flows must stand for the same rows. `how` is inner (default), left or outer. With `as`, the
   * matched row goes into one column of that name, null where there is none.
   */
  join<
    B extends Columns,
    P extends string,
    const Name extends string | undefined = undefined,
    const How extends 'inner' | 'left' | 'outer' | undefined = 'inner',
  >(
    other: If<Or<SameOrigin<O, P>, [Name] extends [undefined] ? Collide<C, B> : never>, Rows<B, P>>,
    options?: { readonly how?: How; readonly as?: Name extends Names<C> ? `join: this flow already has a column "${Name}"` : Name },
  ): Flow<[Name] extends [undefined] ? Joined<C, B, How> : JoinedAs<C, B, Name & string, How>, O>;

  /** One row per row of `parent`, also for a parent row that has none here: empty aggregates, not a missing answer. */
  gather<P extends Columns, Q extends string, const A extends Columns>(
    parent: O extends `rows of ${Q}` ? Rows<P, Q> : `gather: these rows were not made from the rows of that flow`,
    build: (aggregates: Aggregates<C>) => If<Taken<'gather', P, NoInfer<A>>, A>,
  ): Flow<Flatten<P & A>, Q>;
}

/** The columns of a flow. */
export type ColumnsOf<F> = F extends Rows<infer C extends Columns, string> ? C : never;

type Renamed<C extends Columns, M> = {
  readonly [K in keyof C as K extends keyof M ? (M[K] extends string ? M[K] : K) : K]: C[K];
} & {};

/** How may be one of several kinds that a program chooses between: then what may be null is null. */
type Joined<A extends Columns, B extends Columns, How> = Flatten<
  ('outer' extends How ? Nulls<A> : A) & ([How] extends ['inner' | undefined] ? B : Nulls<B>)
>;

/** The matched row as one nullable record: the nulls of its columns stay together, and names cannot collide. */
type JoinedAs<A extends Columns, B extends Columns, Name extends string, How> = Flatten<
  ('outer' extends How ? Nulls<A> : A) & { readonly [P in Name]: RecordOf<B> | ([How] extends ['inner' | undefined] ? never : Null) }
>;
