import { FlowError } from '../errors/flow-error.ts';
import type { Aggregate } from '../plan/aggregate.ts';
import type { ColumnSpec, Columns, Flatten, Float64, Int32, List, Null, RecordOf, Schema } from '../schema/column.ts';
import { columnOf, nameOf, unknownColumn } from '../schema/fit.ts';
import type { OfKind, Without } from './check.ts';
import { checkDistinct, checkIsName, checkOptions } from './options.ts';

type NumberKind = 'int32' | 'float32' | 'float64';
type OrderedKind = NumberKind | 'int64' | 'text';

/** The aggregates over rows with columns C. Nulls are skipped; over no rows each has the value said here. */
export interface Aggregates<C extends Columns> {
  /** How many rows, nulls included; 0 over none. */
  count(): Int32;
  /** 0 over none. */
  sum<const K extends keyof C & string>(name: OfKind<'sum', C, K, NumberKind, 'a number'>): Float64;
  /** Null over none. */
  avg<const K extends keyof C & string>(name: OfKind<'avg', C, K, NumberKind, 'a number'>): Float64 | Null;
  /** Null over none; NaN only where there is nothing else. */
  min<const K extends keyof C & string>(name: OfKind<'min', C, K, OrderedKind, 'a number or text'>): C[K] | Null;
  /** Null over none; NaN only where there is nothing else. */
  max<const K extends keyof C & string>(name: OfKind<'max', C, K, OrderedKind, 'a number or text'>): C[K] | Null;
  /** The first value that is not null; null over none. */
  first<const K extends keyof C & string>(name: K): C[K] | Null;
  /** The value of one column in the row where another is largest, the first of several; null over none. */
  argMax<const K extends keyof C & string, const By extends keyof C & string>(
    name: K,
    options: { readonly by: OfKind<'argMax', C, By, OrderedKind, 'a number or text'> },
  ): C[K] | Null;
  /** The value of one column in the row where another is smallest, the first of several; null over none. */
  argMin<const K extends keyof C & string, const By extends keyof C & string>(
    name: K,
    options: { readonly by: OfKind<'argMin', C, By, OrderedKind, 'a number or text'> },
  ): C[K] | Null;
  /**
   * The values of one column that are not null, or the named columns of each row as a record; in the order of the rows, or of the column `sortBy`, nulls
   * last. Empty over none.
   */
  collect<const N extends (keyof C & string) | readonly (keyof C & string)[]>(
    names: N,
    options?: N extends string ? never : { readonly sortBy?: (keyof C & string) | undefined },
  ): Collected<C, N>;
}

type Collected<C extends Columns, N> = N extends readonly (keyof C)[]
  ? List<RecordOf<Flatten<Pick<C, N[number]>>>>
  : List<Without<C[N & keyof C]>>;

/** What a call such as `a.count()` gives at run time; for the compiler it is the column that it makes. */
export interface MadeAggregate {
  readonly aggregate: Aggregate;
}

const numbers: readonly string[] = ['int32', 'float32', 'float64'];
const ordered: readonly string[] = [...numbers, 'int64', 'text'];

/** What a build function receives at run time; each call is checked against the columns. */
export function aggregatesOver(columns: Schema): { readonly [K in keyof Aggregates<Columns>]: (...args: never[]) => MadeAggregate } {
  const find: Find = (verb, name) => {
    checkIsName(name, verb);
    const column = columnOf(columns, name);
    if (column === undefined) throw new FlowError('COLUMN_UNKNOWN', `${verb}: ${unknownColumn(name, columns)}`);
    return column;
  };
  const ofKind = (verb: string, name: string, kinds: readonly string[], wanted: string): void => {
    const column = find(verb, name);
    if (kinds.includes(column.kind)) return;
    throw new FlowError('COLUMN_MISMATCH', `${verb}: column "${name}" is ${nameOf(column)} but must be ${wanted}`);
  };
  const ofNumbers = (kind: 'sum' | 'avg') => (name: string) => {
    ofKind(kind, name, numbers, 'a number');
    return { aggregate: { kind, column: name } };
  };
  const extreme = (kind: 'min' | 'max') => (name: string) => {
    ofKind(kind, name, ordered, 'a number or text');
    return { aggregate: { kind, column: name } };
  };
  const argExtreme = (kind: 'argMax' | 'argMin') => (name: string, options: { readonly by: string }) => {
    find(kind, name);
    checkOptions(options, ['by'], kind);
    ofKind(kind, options?.by, ordered, 'a number or text');
    return { aggregate: { kind, column: name, by: options.by } };
  };
  return {
    count: () => ({ aggregate: { kind: 'count' } }),
    sum: ofNumbers('sum'),
    avg: ofNumbers('avg'),
    min: extreme('min'),
    max: extreme('max'),
    first: (name: string) => {
      find('first', name);
      return { aggregate: { kind: 'first', column: name } };
    },
    argMax: argExtreme('argMax'),
    argMin: argExtreme('argMin'),
    collect: (names: string | readonly string[], options?: { readonly sortBy?: string }) => ({
      aggregate: typeof names === 'string' ? collectColumn(names, options, find) : collectRecords(names, options, find),
    }),
  };
}

type Find = (verb: string, name: string) => ColumnSpec;

function collectColumn(name: string, options: unknown, find: Find): Aggregate {
  checkOptions(options, [], 'collect');
  find('collect', name);
  return { kind: 'collect', column: name };
}

function collectRecords(names: readonly string[], options: { readonly sortBy?: string } | undefined, find: Find): Aggregate {
  if (!Array.isArray(names)) throw new FlowError('OPTION_INVALID', 'collect: give the name of one column, or an array of names');
  checkDistinct(names, 'collect');
  checkOptions(options, ['sortBy'], 'collect');
  const sortBy = options?.sortBy;
  if (sortBy !== undefined) find('collect: sortBy', sortBy);
  for (const name of names) find('collect', name);
  return { kind: 'collectRecords', columns: [...names], sortBy };
}
