/** One aggregate over the rows of a group or of a parent row; nulls are skipped, except by `count`. */
export type Aggregate =
  | { readonly kind: 'count' }
  | { readonly kind: 'sum' | 'avg' | 'min' | 'max' | 'first' | 'collect'; readonly column: string }
  | { readonly kind: 'argMax' | 'argMin'; readonly column: string; readonly by: string }
  | { readonly kind: 'collectRecords'; readonly columns: readonly string[]; readonly sortBy: string | undefined };

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
