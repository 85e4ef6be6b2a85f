import type { LogicalPlan } from '../../plan/node.ts';
import { planJson } from '../../plan/plan-json.ts';
import type { Schema } from '../../schema/column.ts';
import { printSchema } from '../../schema/fit.ts';
import type { PlanToServe } from './pipeline-service.ts';

/** Something as it was and as it is; null where it was not, or is no more. */
interface BeforeAndAfter {
  readonly before: string | null;
  readonly after: string | null;
}

/** What became of one pipeline when others took the place of those that were served. */
export interface PipelineChange {
  readonly pipeline: string;
  readonly change: 'added' | 'replaced' | 'removed';
  /** Content hashes, as `explain --json` prints them. What functions do is no part of a plan. */
  readonly plan: BeforeAndAfter;
  /** The file names of the bundles, which are others where the code is. */
  readonly program: BeforeAndAfter;
  /** `takes other columns: n: int32 → n: int32, m: int32` */
  readonly columns: readonly string[];
}

/** What is other about these pipelines than about those before: first what was removed, then the new ones in their order. */
export function pipelineChanges(before: readonly PlanToServe[], after: readonly PlanToServe[]): readonly PipelineChange[] {
  const removed = before.filter(({ plan }) => !after.some((served) => served.plan.name === plan.name));
  return [
    ...removed.map((served) => changeOf(served, undefined)),
    ...after.map((served) =>
      changeOf(
        before.find(({ plan }) => plan.name === served.plan.name),
        served,
      ),
    ),
  ];
}

function changeOf(before: PlanToServe | undefined, after: PlanToServe | undefined): PipelineChange {
  return {
    pipeline: (after ?? before)?.plan.name ?? '',
    change: before === undefined ? 'added' : after === undefined ? 'removed' : 'replaced',
    plan: { before: hashOf(before), after: hashOf(after) },
    program: { before: bundleOf(before), after: bundleOf(after) },
    columns: before === undefined || after === undefined ? [] : columnChanges(before.plan, after.plan),
  };
}

function hashOf(served: PlanToServe | undefined): string | null {
  return served === undefined ? null : planJson(served.plan).hash;
}

/** The last part of its address: the folder is this machine's. */
function bundleOf(served: PlanToServe | undefined): string | null {
  return served?.program?.split('/').at(-1) ?? null;
}

/** What is other about the columns that a pipeline takes and answers, a line each. */
export function columnChanges(before: LogicalPlan, after: LogicalPlan): readonly string[] {
  return [...otherColumns('takes', before.input, after.input), ...otherColumns('answers', before.output.columns, after.output.columns)];
}

function otherColumns(verb: string, before: Schema, after: Schema): readonly string[] {
  const [old, now] = [printSchema(before), printSchema(after)];
  return old === now ? [] : [`${verb} other columns: ${old} → ${now}`];
}
