import type { StageContext } from '../plan/stage.ts';
import type { AnyColumn, Columns, Flatten, Null, RecordOf, Row } from '../schema/column.ts';
import type { Aggregates } from './aggregates.ts';
import type {
  Collide,
  Fits,
  GroupKey,
  If,
  KeysFit,
  KindFits,
  LookupKey,
  Names,
  Or,
  RenamedOnto,
  Same,
  SameColumns,
  SameOrigin,
  Taken,
} from './check.ts';
import type { Grouped } from './grouped.ts';
import type { AnyStage, Many, Maybe } from './stage.ts';
import type { StoreColumns } from './store.ts';

type Nulls<C extends Columns> = { readonly [K in keyof C]: C[K] | Null };

/** What a verb asks of another flow. Small on purpose: comparing whole flows is slow, invariant and prints pages. */
export interface Rows<C extends Columns, O extends string> {
  readonly columns: C;
  readonly origin: O;
}

/** What extend asks of a pipeline. */
interface Extension {
  readonly name: string;
  readonly input: Columns;
  readonly output: Columns;
  readonly origin: string;
}

/**
 * An immutable table in the making: each verb returns a new flow. C are its columns; O is what a row stands for
 * (its identity): 'request' until a verb makes other rows. docs/verbs.md says of each verb what it does with both.
 */
export interface Flow<C extends Columns, O extends string = 'request'> extends Rows<C, O> {
  /** Each row becomes what the stage returns for it. */
  map<S extends AnyStage>(stage: If<Or<KindFits<'map', S['kind'], 'stage'>, Fits<'map', C, S['input']>>, S>): Flow<S['output'], O>;
  /** Each row becomes what the function returns for it: the declared columns and no others. */
  map<const Out extends Columns>(
    output: Out,
    run: (row: Row<C>, context: StageContext<undefined>) => Maybe<Row<NoInfer<Out>>>,
  ): Flow<Out, O>;

  /** Each row gains the columns that the stage returns for it. */
  derive<S extends AnyStage>(
    stage: If<Or<KindFits<'derive', S['kind'], 'stage'>, Or<Fits<'derive', C, S['input']>, Taken<'derive', C, S['output']>>>, S>,
  ): Flow<Flatten<C & S['output']>, O>;
  /** Each row gains the columns that the function returns for it. */
  derive<const Out extends Columns>(
    output: If<Taken<'derive', C, Out>, Out>,
    run: (row: Row<C>, context: StageContext<undefined>) => Maybe<Row<NoInfer<Out>>>,
  ): Flow<Flatten<C & Out>, O>;

  /** Each row becomes any number of rows, which stand for themselves until `gather` brings them back. */
  flatMap<S extends AnyStage>(
    stage: If<Or<KindFits<'flatMap', S['kind'], 'expander'>, Fits<'flatMap', C, S['input']>>, S>,
  ): Flow<S['output'], `rows of ${O}`>;
  /** Each row becomes the rows that the function returns or yields for it. */
  flatMap<const Out extends Columns>(
    output: Out,
    run: (row: Row<C>, context: StageContext<undefined>) => Many<Row<NoInfer<Out>>>,
  ): Flow<Out, `rows of ${O}`>;

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
    other: If<Or<SameOrigin<'join', O, P>, [Name] extends [undefined] ? Collide<'join', C, B> : never>, Rows<B, P>>,
    options?: { readonly how?: How; readonly as?: Name extends Names<C> ? `join: this flow already has a column "${Name}"` : Name },
  ): Flow<[Name] extends [undefined] ? Joined<C, B, How> : JoinedAs<C, B, Name & string, How>, O>;

  /** One row per row of `parent`, also for a parent row that has none here: empty aggregates, not a missing answer. */
  gather<P extends Columns, Q extends string, const A extends Columns>(
    parent: O extends `rows of ${Q}` ? Rows<P, Q> : `gather: these rows were not made from the rows of that flow`,
    build: (aggregates: Aggregates<C>) => If<Taken<'gather', P, NoInfer<A>>, A>,
  ): Flow<Flatten<P & A>, Q>;

  /** Rows with equal values in the named columns are a group, never of several requests. Null equals null here, and NaN equals NaN. */
  groupBy<const K extends keyof C & string>(...names: readonly [GroupKey<C, K>, ...(readonly GroupKey<C, K>[])]): Grouped<C, K, O>;

  /** One row with aggregates over all rows of the request, also over none. */
  agg<const A extends Columns>(build: (aggregates: Aggregates<C>) => A): Flow<Flatten<A>, `groups of ${O}`>;

  /**
   * Each row gains the value that a store has under its key. A key that the store does not have fails the request with LOOKUP_MISSING, or
   * gives null with `missing: 'null'`. A request reads one version of each key.
   */
  lookup<
    Key extends AnyColumn,
    Value extends AnyColumn,
    const K extends keyof C & string,
    const Name extends string,
    const Missing extends 'error' | 'null' | undefined = 'error',
  >(
    store: StoreColumns<Key, Value>,
    options: {
      readonly key: LookupKey<C, K, Key>;
      readonly as: Name extends Names<C> ? `lookup: this flow already has a column "${Name}"` : Name;
      readonly missing?: Missing;
    },
  ): Flow<Flatten<C & { readonly [P in Name]: Value | ('null' extends Missing ? Null : never) }>, O>;

  /**
   * Every pair of rows with equal values in the columns `on`, whatever the rows stand for; a null equals nothing. `how` is inner (default),
   * left or outer. With `as`, the matched row goes into one column of that name, null where there is none.
   */
  joinOn<
    B extends Columns,
    P extends string,
    const On extends (keyof C & string) | readonly [keyof C & string, ...(readonly (keyof C & string)[])],
    const Name extends string | undefined = undefined,
    const How extends 'inner' | 'left' | 'outer' | undefined = 'inner',
  >(
    other: If<JoinOnProblem<C, B, KeysIn<C, On>, Name>, Rows<B, P>>,
    options: {
      readonly on: On;
      readonly how?: How;
      readonly as?: Name extends Names<C> ? `joinOn: this flow already has a column "${Name}"` : Name;
    },
  ): Flow<
    [Name] extends [undefined] ? JoinedOn<C, B, KeysIn<C, On>, How> : JoinedOnAs<C, B, KeysIn<C, On>, Name & string, How>,
    'outer' extends How ? `pairs of ${O} and ${P}` : `rows of ${O}`
  >;

  /** The rows of all the flows. Where these stand for the same rows, what is of one row stands together, and `gather` brings it back to that row. */
  union<const Fs extends readonly [Rows<Columns, string>, ...(readonly Rows<Columns, string>[])]>(
    ...others: { readonly [I in keyof Fs]: If<SameColumns<'union', C, ColumnsOf<Fs[I]>>, Fs[I]> }
  ): Flow<C, Same<O, Fs[number]['origin']> extends true ? `rows of ${O}` : `union of ${O} and ${Fs[number]['origin']}`>;

  /** The rows of whichever flow is there first; the others are cancelled. All of them stand for the same rows. */
  anyOf<const Fs extends readonly [Rows<Columns, string>, ...(readonly Rows<Columns, string>[])]>(
    ...others: {
      readonly [I in keyof Fs]: If<Or<SameColumns<'anyOf', C, ColumnsOf<Fs[I]>>, SameOrigin<'anyOf', O, OriginOf<Fs[I]>>>, Fs[I]>;
    }
  ): Flow<C, O>;

  /** Goes on with the steps of another pipeline, as if they were written here. */
  extend<P extends Extension>(
    pipeline: If<string extends Names<P['input']> ? never : Fits<'extend', C, P['input']>, P>,
  ): Flow<P['output'], Rebased<P['origin'], O>>;
}

/** The columns of a flow. */
export type ColumnsOf<F> = F extends { readonly columns: infer C extends Columns } ? C : never;
/** What the rows of a flow stand for. */
export type OriginOf<F> = F extends { readonly origin: infer O extends string } ? O : never;

/** The origin of another pipeline's rows, whose request is these rows. */
type Rebased<Q extends string, O extends string> = Q extends `${infer Before}request${infer After}`
  ? `${Before}${O}${Rebased<After, O>}`
  : Q;

/** The names of key columns; none where one is that of no column, which leaves On at all there could be. */
type KeysIn<C, On> = readonly [keyof C & string] extends On ? never : On extends readonly (infer K extends string)[] ? K : On & string;

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

/** No keys: they are what is wrong. */
type JoinOnProblem<A extends Columns, B extends Columns, K extends string, Name> = [K] extends [never]
  ? never
  : Or<KeysFit<A, B, K>, [Name] extends [undefined] ? Collide<'joinOn', A, Omit<B, K>> : never>;

/** The keys stand once, and are there whichever side is missing. */
type JoinedOn<A extends Columns, B extends Columns, K extends string, How> = Flatten<
  LeftOn<A, B, K, How> & ([How] extends ['inner' | undefined] ? Omit<B, K> : Nulls<Omit<B, K>>)
>;
type JoinedOnAs<A extends Columns, B extends Columns, K extends string, Name extends string, How> = Flatten<
  LeftOn<A, B, K, How> & { readonly [P in Name]: RecordOf<B> | ([How] extends ['inner' | undefined] ? never : Null) }
>;
type LeftOn<A extends Columns, B extends Columns, K extends string, How> = 'outer' extends How
  ? { readonly [P in keyof A]: A[P] | (P extends K ? Extract<B[P & keyof B], Null> : Null) }
  : A;
