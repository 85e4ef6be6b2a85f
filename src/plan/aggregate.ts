import type { ColumnSpec, Schema } from '../schema/column.ts';

/** One aggregate over the rows of a group or of a parent row; nulls are skipped, except by `count`. */
export type Aggregate =
  | { readonly kind: 'count' }
  | { readonly kind: 'sum' | 'avg' | 'min' | 'max' | 'first' | 'collect'; readonly column: string }
  | { readonly kind: 'argMax' | 'argMin'; readonly column: string; readonly by: string }
  | { readonly kind: 'collectRecords'; readonly columns: readonly string[]; readonly sortBy: string | undefined };

/** The column that an aggregate makes from rows with these columns. */
export function aggregateColumn(aggregate: Aggregate, columns: Schema): ColumnSpec {
  const columnOf = (name: string): ColumnSpec => columns[name] as ColumnSpec;
  switch (aggregate.kind) {
    case 'count':
      return { kind: 'int32', nullable: false };
    case 'sum':
      return { kind: 'float64', nullable: false };
    case 'avg':
      return { kind: 'float64', nullable: true };
    case 'min':
    case 'max':
    case 'first':
    case 'argMax':
    case 'argMin':
      return { ...columnOf(aggregate.column), nullable: true };
    case 'collect':
      return { kind: 'list', of: { ...columnOf(aggregate.column), nullable: false }, nullable: false };
    case 'collectRecords': {
      const fields = Object.fromEntries(aggregate.columns.map((name) => [name, columnOf(name)]));
      return { kind: 'list', of: { kind: 'record', fields, nullable: false }, nullable: false };
    }
  }
}

/** The columns that an aggregate reads. */
export function aggregateReads(aggregate: Aggregate): readonly string[] {
  switch (aggregate.kind) {
    case 'count':
      return [];
    case 'sum':
    case 'avg':
    case 'min':
    case 'max':
    case 'first':
    case 'collect':
      return [aggregate.column];
    case 'argMax':
    case 'argMin':
      return [aggregate.column, aggregate.by];
    case 'collectRecords':
      return aggregate.sortBy === undefined ? aggregate.columns : [...aggregate.columns, aggregate.sortBy];
  }
}

/** `argMax(id by score)`: an aggregate as it stands in a printed plan. */
export function printAggregate(aggregate: Aggregate): string {
  switch (aggregate.kind) {
    case 'count':
      return 'count()';
    case 'sum':
    case 'avg':
    case 'min':
    case 'max':
    case 'first':
    case 'collect':
      return `${aggregate.kind}(${aggregate.column})`;
    case 'argMax':
    case 'argMin':
      return `${aggregate.kind}(${aggregate.column} by ${aggregate.by})`;
    case 'collectRecords':
      return `collect(${aggregate.columns.join(', ')}${aggregate.sortBy === undefined ? '' : ` sorted by ${aggregate.sortBy}`})`;
  }
}
