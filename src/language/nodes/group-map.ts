import { FlowError } from '../../errors/flow-error.ts';
import { type BareNode, pickColumns } from '../../plan/complete.ts';
import type { PlanNode } from '../../plan/node.ts';
import type { GroupFunction } from '../../plan/stage.ts';
import { describeValue, schemaOf } from '../../schema/column.ts';
import { sharedName } from '../columns.ts';
import { type Draft, stageInPlace } from '../draft.ts';

/** `groupBy(…).map(output, (rows) => …)` */
export function groupMapNode(draft: Draft, input: PlanNode, keys: readonly string[], [columns, run]: readonly unknown[]): BareNode {
  const output = schemaOf(columns, 'map: output');
  if (typeof run !== 'function') {
    throw new FlowError('STAGE_INVALID', `map: the second argument must be a function but is ${describeValue(run)}`);
  }
  const taken = sharedName(pickColumns(input.columns, keys), output);
  if (taken !== undefined) {
    throw new FlowError('COLUMN_TAKEN', `map: column "${taken}" is a key of the groups, which stays`, {
      hint: 'Leave it out of the output columns, or give the new one another name.',
    });
  }
  const stage = stageInPlace(draft, 'groupMap', { kind: 'group', run: run as GroupFunction }, input.columns, output);
  return { op: 'groupMap', input, keys, stage };
}
