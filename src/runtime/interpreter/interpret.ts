import { FlowError } from '../../errors/flow-error.ts';
import { buildsRows } from '../../plan/complete.ts';
import type { LogicalPlan, Lookup, PlanNode } from '../../plan/node.ts';
import type { AnyRow } from '../../schema/column.ts';
import type { StoreKey } from '../../state/key-value.ts';
import { aggregated, appliedToGroups } from './interpret-groups.ts';
import { gathered, joined, joinedOn, united } from './interpret-joins.ts';
import { applied, type CallStage, mapped } from './interpret-stages.ts';
import { pick, type Traced } from './traced.ts';

/**
 * The meaning of a plan, written to be obviously right rather than fast: node after node, whole tables, identity as
 * a path, joins by comparing every pair. What the optimizer and the runtime do must give the same rows.
 */
export async function interpret(plan: LogicalPlan, rows: readonly AnyRow[], call: CallStage): Promise<readonly AnyRow[]> {
  const known = new Map<PlanNode, Promise<readonly Traced[]>>();
  const tableOf = (node: PlanNode): Promise<readonly Traced[]> => {
    const table = known.get(node) ?? compute(node).then((made) => narrowed(node, made));
    known.set(node, table);
    return table;
  };
  const compute = async (node: PlanNode): Promise<readonly Traced[]> => {
    switch (node.op) {
      case 'input':
        return rows.map((row, i) => ({ path: [i], row }));
      case 'map':
        return mapped(node, await tableOf(node.input), call);
      case 'derive':
      case 'flatMap':
      case 'filter':
        return applied(node, await tableOf(node.input), call);
      case 'groupFilter':
      case 'groupMap':
        return appliedToGroups(node, await tableOf(node.input), call);
      case 'agg':
        return aggregated(node, await tableOf(node.input));
      case 'lookup':
        return lookedUp(node, await tableOf(node.input));
      case 'joinOn':
        return joinedOn(node, await tableOf(node.left), await tableOf(node.right));
      case 'union':
        return united(node, await Promise.all(node.inputs.map(tableOf)));
      case 'anyOf':
        // Whichever is first, it has the right to be: then the first of them may as well.
        return tableOf(node.inputs[0] as PlanNode);
      case 'select':
        return (await tableOf(node.input)).map(({ path, row }) => ({ path, row: pick(row, node.names) }));
      case 'rename':
        return (await tableOf(node.input)).map(({ path, row }) => ({ path, row: renamed(row, node.names) }));
      case 'join':
        return joined(node, await tableOf(node.left), await tableOf(node.right));
      case 'gather':
        return gathered(node, await tableOf(node.input), await tableOf(node.parent));
    }
  };
  return (await tableOf(plan.output)).map(({ row }) => row);
}

/** Verbs that build rows build just the columns of their node, which a rewritten plan may have made fewer. */
function narrowed(node: PlanNode, table: readonly Traced[]): readonly Traced[] {
  if (!buildsRows(node)) return table;
  return table.map(({ path, row }) => ({ path, row: pick(row, Object.keys(node.columns)) }));
}

async function lookedUp({ store, key, as, missing }: Lookup, table: readonly Traced[]): Promise<readonly Traced[]> {
  const entries = await store.data.readMany(table.map(({ row }) => row[key] as StoreKey));
  return table.map(({ path, row }, i) => {
    const entry = entries[i];
    if (entry === undefined && missing === 'error') throw new FlowError('LOOKUP_MISSING', `${store.name}, ${key}`);
    return { path, row: { ...row, [as]: entry === undefined ? null : entry.value } };
  });
}

function renamed(row: AnyRow, names: Readonly<Record<string, string>>): AnyRow {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [Object.hasOwn(names, name) ? names[name] : name, value]));
}
