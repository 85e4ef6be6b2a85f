import { aggregateReads } from '../plan/aggregate.ts';
import type { Agg, Gather, Join, JoinOn, PlanNode } from '../plan/node.ts';
import { children, inOrder } from '../plan/traverse.ts';
import type { Schema } from '../schema/column.ts';

/** Names of columns. */
export type Names = ReadonlySet<string>;

/** The columns that a node needs of each of its inputs to give the wanted ones of its own. */
export function needsOf(node: PlanNode, wanted: Names): readonly Names[] {
  switch (node.op) {
    case 'input':
      return [];
    case 'map':
      return [namesOf(node.stages[0].input)];
    case 'flatMap':
      return [namesOf(node.stage.input)];
    case 'derive':
      return [union(without(wanted, namesOf(node.stage.output)), namesOf(node.stage.input))];
    case 'filter':
      return [union(wanted, namesOf(node.stage.input))];
    case 'groupFilter':
      return [union(wanted, node.keys, namesOf(node.stage.input))];
    case 'groupMap':
      return [union(node.keys, namesOf(node.stage.input))];
    case 'select':
      return [wanted];
    case 'rename':
      return [
        new Set(
          Object.keys(node.input.columns).filter((old) => wanted.has(Object.hasOwn(node.names, old) ? (node.names[old] as string) : old)),
        ),
      ];
    case 'agg':
      return [union(node.keys, aggregatedColumns(node, wanted))];
    case 'lookup':
      return [union(without(wanted, [node.as]), [node.key])];
    case 'join':
      return sidesNeeded(node, [], wanted);
    case 'joinOn':
      return sidesNeeded(node, node.on, wanted);
    case 'gather':
      return [aggregatedColumns(node, wanted), both(wanted, namesOf(node.parent.columns))];
    case 'union':
      return node.inputs.map(() => wanted);
    case 'anyOf':
      // Whichever is first is passed on as it is, so all must have the same columns.
      return node.inputs.map(() => namesOf(node.columns));
  }
}

function aggregatedColumns({ aggregates }: Agg | Gather, wanted: Names): Names {
  return new Set(Object.entries(aggregates).flatMap(([name, aggregate]) => (wanted.has(name) ? aggregateReads(aggregate) : [])));
}

/** A right row in one column is needed whole, where it is needed. */
function sidesNeeded({ left, right, as }: Join | JoinOn, on: readonly string[], wanted: Names): readonly Names[] {
  const mine = union(both(wanted, namesOf(left.columns)), on);
  if (as !== null) return [mine, union(wanted.has(as) ? namesOf(right.columns) : NONE, on)];
  return [mine, union(both(wanted, namesOf(right.columns)), on)];
}

/**
 * The columns that somebody reads of each node; of the root all. A node for which `isWhole` holds gives, and so asks for, all
 * its columns, whoever reads them.
 */
export function neededColumns(root: PlanNode, isWhole: (node: PlanNode) => boolean = () => false): ReadonlyMap<PlanNode, Names> {
  const needed = new Map<PlanNode, Set<string>>();
  const order = inOrder(root);
  for (const node of order) needed.set(node, new Set(node === root || isWhole(node) ? Object.keys(node.columns) : []));
  for (const node of [...order].reverse()) {
    const needs = needsOf(node, needed.get(node) ?? NONE);
    children(node).forEach((child, i) => {
      for (const name of needs[i] ?? NONE) needed.get(child)?.add(name);
    });
  }
  return needed;
}

const NONE: Names = new Set();

function namesOf(columns: Schema): Names {
  return new Set(Object.keys(columns));
}

function union(...sets: readonly Iterable<string>[]): Names {
  return new Set(sets.flatMap((set) => [...set]));
}

function both(a: Names, b: Names): Names {
  return new Set([...a].filter((name) => b.has(name)));
}

function without(names: Names, taken: Iterable<string>): Names {
  const gone = new Set(taken);
  return new Set([...names].filter((name) => !gone.has(name)));
}
