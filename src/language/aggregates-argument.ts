import { FlowError } from '../errors/flow-error.ts';
import { type Aggregate, aggregateColumn } from '../plan/aggregate.ts';
import { checkName, describeValue, type Schema } from '../schema/column.ts';
import { aggregatesOver, type MadeAggregate } from './aggregates.ts';
import { checkFree } from './columns.ts';

interface Aggregating {
  readonly verb: string;
  /** The columns that the aggregates read. */
  readonly over: Schema;
  /** The columns beside which theirs will stand. */
  readonly beside: Schema;
}

/** What a function such as `(a) => ({ n: a.count() })` asks for. */
export function aggregatesArgument({ verb, over, beside }: Aggregating, build: unknown): Readonly<Record<string, Aggregate>> {
  if (typeof build !== 'function') {
    throw new FlowError('OPTION_INVALID', `${verb}: give a function that builds the aggregates, such as (a) => ({ n: a.count() })`);
  }
  const made = Object.entries(checkMade(verb, build(aggregatesOver(over)))).map(([name, { aggregate }]) => [name, aggregate] as const);
  for (const [name] of made) checkName(name, verb);
  const added = Object.fromEntries(made.map(([name, aggregate]) => [name, aggregateColumn(aggregate, over)]));
  checkFree(verb, beside, added);
  return Object.freeze(Object.fromEntries(made));
}

function checkMade(verb: string, built: unknown): Readonly<Record<string, MadeAggregate>> {
  if (typeof built !== 'object' || built === null || built instanceof Promise) {
    throw new FlowError(
      'OPTION_INVALID',
      `${verb}: the function must return aggregates such as { n: a.count() } but returned ${describeValue(built)}`,
    );
  }
  const aggregates = built as Record<string, MadeAggregate | undefined>;
  const stray = Object.entries(aggregates).find(([, value]) => value?.aggregate === undefined);
  if (stray !== undefined) {
    throw new FlowError(
      'OPTION_INVALID',
      `${verb}: "${stray[0]}" must be an aggregate such as a.count() but is ${describeValue(stray[1])}`,
    );
  }
  // Each has just been looked at.
  return aggregates as Record<string, MadeAggregate>;
}
