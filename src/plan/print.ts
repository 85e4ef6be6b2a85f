import { printSchema } from '../schema/fit.ts';
import { type Aggregate, printAggregate } from './aggregate.ts';
import { columnsAfter } from './complete.ts';
import type { PlanNode } from './node.ts';
import { printRace } from './race.ts';
import type { StageSpec } from './stage.ts';
import { children, countReaders } from './traverse.ts';

/**
 * The plan as a person reads it: root first, two spaces per level, one line per node. A node with several
 * readers is numbered where it is printed whole, `#1 Derive small …`, and named by its number elsewhere.
 */
export function printPlan(root: PlanNode): string {
  const readers = countReaders(root);
  const numbers = new Map<PlanNode, number>();
  const lines: string[] = [];
  const visit = (node: PlanNode, depth: number): void => {
    const indent = '  '.repeat(depth);
    const known = numbers.get(node);
    if (known !== undefined) {
      lines.push(`${indent}#${known}`);
      return;
    }
    const isShared = (readers.get(node) ?? 0) > 1;
    if (isShared) numbers.set(node, numbers.size + 1);
    lines.push(`${indent}${isShared ? `#${numbers.size} ` : ''}${printNode(node)}`);
    for (const child of children(node)) visit(child, depth + 1);
  };
  visit(root, 0);
  return lines.join('\n');
}

/** One node in one line: its verb, then what a reader asks first. */
export function printNode(node: PlanNode): string {
  return `${printVerb(node)}${printPruned(node)}`;
}

/** The columns that the verb could give and nobody reads. */
function printPruned(node: PlanNode): string {
  if (node.op === 'input') return '';
  const pruned = Object.keys(columnsAfter(node)).filter((name) => !Object.hasOwn(node.columns, name));
  return pruned.length === 0 ? '' : ` without ${pruned.join(', ')}`;
}

function printVerb(node: PlanNode): string {
  switch (node.op) {
    case 'input':
      return `Input ${node.pipeline} [${printSchema(node.columns)}]`;
    case 'map':
      return `Map ${node.stages.map(printStage).join(' → ')} [${printSchema(node.columns)}]`;
    case 'derive':
      return `Derive ${printStage(node.stage)} [+ ${printSchema(node.stage.output)}]`;
    case 'flatMap':
      return `FlatMap ${printStage(node.stage)} [${printSchema(node.columns)}]`;
    case 'filter':
      return `Filter ${node.stage.name} ${printReads(node.reads)}`;
    case 'select':
      return `Select ${node.names.join(', ')}`;
    case 'rename':
      return `Rename ${Object.entries(node.names)
        .map(([from, to]) => `${from} → ${to}`)
        .join(', ')}`;
    case 'groupFilter':
      return `Filter ${node.stage.name} of groups by ${node.keys.join(', ')} ${printReads(node.reads)}`;
    case 'groupMap':
      return `Map ${node.stage.name} of groups by ${node.keys.join(', ')} [${printSchema(node.columns)}]`;
    case 'agg':
      return `Agg${node.keys.length === 0 ? '' : ` by ${node.keys.join(', ')}`}${printAggregates(node.aggregates)}`;
    case 'lookup':
      return `Lookup ${node.as} in ${node.store.name} by ${node.key}${node.missing === 'null' ? ' or null' : ''}`;
    case 'join':
      return `Join ${node.how} by identity${printAs(node.as)}`;
    case 'joinOn':
      return `Join ${node.how} on ${node.on.join(', ')}${printAs(node.as)}`;
    case 'gather':
      return `Gather${printAggregates(node.aggregates)}`;
    case 'union':
      return 'Union';
    case 'anyOf':
      return 'AnyOf';
  }
}

/** A stage that another server computes is printed with that server, one that is raced with how. */
function printStage({ name, implementation, race }: StageSpec): string {
  const raced = race === undefined ? '' : ` (${printRace(race)})`;
  if (implementation.kind !== 'remote') return `${name}${raced}`;
  const { url, model, version } = implementation;
  return `${name} (${model}${version === undefined ? '' : ` version ${version}`} at ${url})${raced}`;
}

function printReads(reads: readonly string[] | 'all'): string {
  return `reads ${reads === 'all' ? 'all columns' : reads.join(', ')}`;
}

function printAggregates(aggregates: Readonly<Record<string, Aggregate>>): string {
  const printed = Object.entries(aggregates).map(([name, aggregate]) => `${name} = ${printAggregate(aggregate)}`);
  return printed.length === 0 ? '' : ` ${printed.join(', ')}`;
}

function printAs(as: string | null): string {
  return as === null ? '' : ` as ${as}`;
}
