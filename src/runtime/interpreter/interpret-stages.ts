import type { Derive, Filter, FlatMap, MapNode } from '../../plan/node.ts';
import type { StageSpec } from '../../plan/stage.ts';
import type { AnyRow } from '../../schema/column.ts';
import { pick, type Traced } from './traced.ts';

/** Gives for each row the rows that a stage makes of it: one, or any number for an expander, or [] or the row itself for a predicate. */
export type CallStage = (stage: StageSpec, rows: readonly AnyRow[]) => Promise<readonly (readonly AnyRow[])[]>;

/** What a stage makes of each row, of which it is given the columns it names. */
export function called(stage: StageSpec, table: readonly Traced[], call: CallStage): ReturnType<CallStage> {
  const names = Object.keys(stage.input);
  return call(
    stage,
    table.map(({ row }) => pick(row, names)),
  );
}

/** Row after row, stage after stage. */
export async function mapped({ stages }: MapNode, table: readonly Traced[], call: CallStage): Promise<readonly Traced[]> {
  if (table.length === 0) return [];
  let rows = table;
  for (const stage of stages) {
    const made = await called(stage, rows, call);
    rows = rows.map(({ path }, i) => ({ path, row: made[i]?.[0] ?? {} }));
  }
  return rows;
}

/** What derive, flatMap and filter make of what their stage gives for each row. */
export async function applied(node: Derive | FlatMap | Filter, table: readonly Traced[], call: CallStage): Promise<readonly Traced[]> {
  if (table.length === 0) return [];
  const made = await called(node.stage, table, call);
  switch (node.op) {
    case 'derive':
      return table.map(({ path, row }, i) => ({ path, row: { ...row, ...made[i]?.[0] } }));
    case 'flatMap':
      return table.flatMap(({ path }, i) => (made[i] ?? []).map((row, j) => ({ path: [...path, j], row })));
    case 'filter':
      return table.filter((_, i) => made[i]?.length === 1);
  }
}
