import { printSchema } from '../schema/fit.ts';
import { printAggregate } from './aggregate.ts';
import type { Join, PlanNode } from './node.ts';
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
  switch (node.op) {
    case 'input':
      return `Input ${node.pipeline} [${printSchema(node.columns)}]`;
    case 'map':
      return `Map ${node.stage.name} [${printSchema(node.columns)}]`;
    case 'derive':
      return `Derive ${node.stage.name} [+ ${printSchema(node.stage.output)}]`;
    case 'flatMap':
      return `FlatMap ${node.stage.name} [${printSchema(node.columns)}]`;
    case 'filter':
      return `Filter ${node.stage.name} reads ${node.reads === 'all' ? 'all columns' : node.reads.join(', ')}`;
    case 'select':
      return `Select ${node.names.join(', ')}`;
    case 'rename':
      return `Rename ${Object.entries(node.names)
        .map(([from, to]) => `${from} → ${to}`)
        .join(', ')}`;
    case 'join':
      return printJoin(node);
    case 'gather':
      return `Gather ${Object.entries(node.aggregates)
        .map(([name, aggregate]) => `${name} = ${printAggregate(aggregate)}`)
        .join(', ')}`;
  }
}

function printJoin({ how, as }: Join): string {
  return `Join ${how} by identity${as === null ? '' : ` as ${as}`}`;
}
