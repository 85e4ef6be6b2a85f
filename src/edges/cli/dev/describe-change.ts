import { explainPlan } from '../../../optimizer/explain.ts';
import type { LogicalPlan } from '../../../plan/node.ts';
import type { Schema } from '../../../schema/column.ts';
import { printSchema } from '../../../schema/fit.ts';
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
  return [
    ...describeColumns(`${after.name} takes`, before.input, after.input),
    ...describeColumns(`${after.name} answers`, before.output.columns, after.output.columns),
    ...lineDiff(old, now),
  ];
}

function describeColumns(what: string, before: Schema, after: Schema): readonly string[] {
  const [old, now] = [printSchema(before), printSchema(after)];
  return old === now ? [] : [`${what} other columns: ${old} → ${now}`];
}
