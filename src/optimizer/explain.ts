import type { LogicalPlan } from '../plan/node.ts';
import { printPlan } from '../plan/print.ts';
import { printTasks } from '../plan/task.ts';
import { type OptimizedPlan, optimize } from './optimize.ts';
import type { OptimizerStep, RuleSwitches } from './rule.ts';

/** The plan as it was written and as it runs; what the rules made of it in between only where that differs. */
export function explainPlan(plan: LogicalPlan, replicas: number, rules?: RuleSwitches): string {
  const { logical, physical } = optimizedForThreads(plan, rules);
  const optimized = logical === plan ? [] : ['optimized', indent(printPlan(logical.output))];
  return [`pipeline ${plan.name}`, indent(printPlan(plan.output)), ...optimized, 'runs as', indent(printTasks(physical, replicas))].join(
    '\n',
  );
}

/** What each rule did, in the order in which they were applied; rules that did nothing in one line. */
export function explainSteps(plan: LogicalPlan, replicas: number, rules?: RuleSwitches): string {
  const { steps } = optimizedForThreads(plan, rules);
  return [`pipeline ${plan.name}`, indent(printPlan(plan.output)), ...steps.map((step) => printStep(step, replicas))].join('\n');
}

function printStep({ rule, plan, isChanged, isOff }: OptimizerStep, replicas: number): string {
  if (isOff) return `${rule}: off`;
  if (!isChanged) return `${rule}: unchanged`;
  return `${rule}\n${indent(plan.kind === 'logical' ? printPlan(plan.plan.output) : printTasks(plan.plan, replicas))}`;
}

/** As the command line runs it, where threads have the user's code. */
function optimizedForThreads(plan: LogicalPlan, rules: RuleSwitches | undefined): OptimizedPlan {
  return optimize(plan, { codeInThreads: true, rules });
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
