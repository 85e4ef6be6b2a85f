import { FlowError } from './errors/flow-error.ts';
import { explainPlan } from './optimizer/explain.ts';
import type { Pipeline } from './pipeline.ts';
import type { LogicalPlan } from './plan/node.ts';
import { printPlan as printLogicalPlan } from './plan/print.ts';
import { planOf } from './plan/program.ts';
import { interpretPlan } from './runtime/interpreter/interpret-plan.ts';
import { type AnyRow, type Columns, describeValue, type Row } from './schema/column.ts';
import { freeze } from './schema/freeze.ts';
import { rowProblem } from './schema/validate.ts';

export { freeze };

/** What a pipeline shows of itself; the rest is found by its symbol. */
type Named = Pick<Pipeline<Columns, Columns>, 'name'>;

/**
 * What a pipeline gives for rows by its meaning alone: node after node, row after row, in this thread, with nothing optimized or batched
 * across requests. Each stage's `setup` is called before and its `teardown` after, batch stages get at most `maxBatch` rows, models run.
 * It freezes the rows it is given, and a stage that changes a row fails. Deadlines and `timeoutMs` are not kept.
 * Errors: PIPELINE_INVALID, ROW_INVALID, those of setting up a stage and of running one.
 */
export async function interpret<I extends Columns, O extends Columns>(
  pipeline: Pipeline<I, O>,
  rows: readonly Row<I>[],
): Promise<readonly Row<O>[]> {
  const plan = planIn('interpret', pipeline);
  const answer = await interpretPlan(plan, freeze(checkRows(plan, rows)));
  // Its rows are those of the plan, which is the pipeline's.
  return answer as unknown as readonly Row<O>[];
}

/** The logical plan of a pipeline as text, root first: for a snapshot that shows what a change does to it. */
export function printPlan(pipeline: Named): string {
  return printLogicalPlan(planIn('printPlan', pipeline).output);
}

/** What `flowserve explain` prints of a pipeline: its plan and the tasks it runs as, each on threads with `workers` (default 1). */
export function explain(pipeline: Named, { workers = 1 }: { readonly workers?: number | undefined } = {}): string {
  return explainPlan(planIn('explain', pipeline), workers);
}

function planIn(caller: string, pipeline: unknown): LogicalPlan {
  const plan = planOf(pipeline);
  if (plan !== undefined) return plan;
  throw new FlowError('PIPELINE_INVALID', `${caller}: ${describeValue(pipeline)} is not a pipeline`, {
    hint: 'Give what pipeline(…) returned.',
  });
}

function checkRows({ name, input }: LogicalPlan, rows: unknown): readonly AnyRow[] {
  if (!Array.isArray(rows))
    throw new FlowError('ROW_INVALID', `interpret: pipeline "${name}" takes an array of rows but was given ${describeValue(rows)}`);
  for (const [i, row] of rows.entries()) {
    const problem = rowProblem(input, row);
    if (problem !== null)
      throw new FlowError('ROW_INVALID', `row ${i}: ${problem}`, { hint: 'Compare the row with the input columns of the pipeline.' });
  }
  return rows;
}
