import type { LogicalPlan } from '../plan/node.ts';
import { printPlan } from '../plan/print.ts';
import { printTasks } from '../plan/task.ts';
import type { OptimizedPlan } from './optimize.ts';
import type { OptimizerStep } from './rule.ts';

/** The plan as it was written and as it runs; what the rules made of it in between only where that differs. */
export function explainPlan(plan: LogicalPlan, { logical, physical }: OptimizedPlan, replicas: number): string {
  const optimized = logical === plan ? [] : ['optimized', indent(printPlan(logical.output))];
  return [`pipeline ${plan.name}`, indent(printPlan(plan.output)), ...optimized, 'runs as', indent(printTasks(physical, replicas))].join(
    '\n',
  );
}

/** What each rule did, in the order in which they were applied; rules that did nothing in one line. */
export function explainSteps(plan: LogicalPlan, { steps }: OptimizedPlan, replicas: number): string {
  return [`pipeline ${plan.name}`, indent(printPlan(plan.output)), ...steps.map((step) => printStep(step, replicas))].join('\n');
}

function printStep({ rule, plan, isChanged, isOff }: OptimizerStep, replicas: number): string {
  if (isOff) return `${rule}: off`;
  if (!isChanged) return `${rule}: unchanged`;
  return `${rule}\n${indent(plan.kind === 'logical' ? printPlan(plan.plan.output) : printTasks(plan.plan, replicas))}`;
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
