import { explainPlan } from '../../../optimizer/explain.ts';
import type { LogicalPlan } from '../../../plan/node.ts';
import { columnChanges } from '../../http/pipeline-changes.ts';
import { lineDiff } from './line-diff.ts';

/** What is other about these pipelines than about those before, as lines for a person. */
export function describeChange(before: readonly LogicalPlan[], after: readonly LogicalPlan[], workers: number): readonly string[] {
  const gone = before.filter(({ name }) => !after.some((plan) => plan.name === name));
  return [
    ...gone.map(({ name }) => `- pipeline ${name}`),
    ...after.flatMap((plan) => {
      const earlier = before.find(({ name }) => name === plan.name);
      return earlier === undefined ? [`+ pipeline ${plan.name}`] : describePlan(earlier, plan, workers);
    }),
  ];
}

function describePlan(before: LogicalPlan, after: LogicalPlan, workers: number): readonly string[] {
  const [old, now] = [explainPlan(before, workers), explainPlan(after, workers)];
  if (old === now) return [`${after.name}: plan unchanged`];
  return [...columnChanges(before, after).map((change) => `${after.name} ${change}`), ...lineDiff(old, now)];
}
