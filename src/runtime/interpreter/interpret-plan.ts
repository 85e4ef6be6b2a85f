import type { LogicalPlan } from '../../plan/node.ts';
import { stagesOf } from '../../plan/traverse.ts';
import type { AnyRow } from '../../schema/column.ts';
import { closeStages, loadStages } from '../stages/load-stage.ts';
import { stageCaller } from './call-stage.ts';
import { interpret } from './interpret.ts';

/** What a plan gives for rows by its meaning alone: sets its stages up, interprets it and tears them down. */
export async function interpretPlan(plan: LogicalPlan, rows: readonly AnyRow[]): Promise<readonly AnyRow[]> {
  const loaded = await loadStages(stagesOf(plan.output).values(), { index: 0 });
  try {
    return await interpret(plan, rows, stageCaller(loaded));
  } finally {
    await closeStages(loaded);
  }
}
