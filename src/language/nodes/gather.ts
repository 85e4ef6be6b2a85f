import { FlowError } from '../../errors/flow-error.ts';
import type { Gather, PlanNode } from '../../plan/node.ts';
import { describeValue, type Schema, schemaOf } from '../../schema/column.ts';
import { type AggregateColumn, aggregatesOver } from '../aggregates.ts';
import { addColumns } from '../columns.ts';

/** `children.gather(parent, (a) => ({ name: a.count() }))` */
export function gatherNode(input: PlanNode, parent: PlanNode, build: unknown): Gather {
  if (input.origin.parent !== parent.origin) {
    throw new FlowError('ORIGIN_MISMATCH', 'gather: these rows were not made from the rows of that flow', {
      hint: 'Give the flow on which flatMap was called, or one with the same rows.',
    });
  }
  const made = Object.entries(buildAggregates(build, input.columns));
  const added = schemaOf(Object.fromEntries(made.map(([name, { column }]) => [name, column])), 'gather');
  const aggregates = Object.freeze(Object.fromEntries(made.map(([name, { aggregate }]) => [name, aggregate])));
  return { op: 'gather', input, parent, aggregates, columns: addColumns('gather', parent.columns, added), origin: parent.origin };
}

function buildAggregates(build: unknown, columns: Schema): Readonly<Record<string, AggregateColumn>> {
  if (typeof build !== 'function') {
    throw new FlowError('OPTION_INVALID', 'gather: give a function that builds the aggregates, such as (a) => ({ n: a.count() })');
  }
  const built: unknown = build(aggregatesOver(columns));
  if (typeof built !== 'object' || built === null || built instanceof Promise) {
    throw new FlowError(
      'OPTION_INVALID',
      `gather: the function must return aggregates such as { n: a.count() } but returned ${describeValue(built)}`,
    );
  }
  const aggregates = built as Record<string, AggregateColumn | undefined>;
  const stray = Object.entries(aggregates).find(([, value]) => value?.aggregate === undefined);
  if (stray !== undefined) {
    throw new FlowError('OPTION_INVALID', `gather: "${stray[0]}" must be an aggregate such as a.count() but is ${describeValue(stray[1])}`);
  }
  // Each has just been looked at.
  return aggregates as Record<string, AggregateColumn>;
}
