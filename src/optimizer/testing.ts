import type { LogicalPlan, PlanNode } from '../plan/node.ts';
import { printPlan } from '../plan/print.ts';
import type { PhysicalPlan } from '../plan/task.ts';
import { inOrder } from '../plan/traverse.ts';
import { applyRule } from './apply-rule.ts';
import { planProblem } from './check-plan.ts';
import { lower } from './lower.ts';
import type { LogicalRule, PhysicalRule } from './rule.ts';

/** What a logical rule does to a plan: both plans as text, or the word unchanged. */
export function explainRule(rule: LogicalRule, root: PlanNode): string {
  const rewritten = applyRule(rule, root);
  if (rewritten === root) return 'unchanged';
  const problem = planProblem(root, rewritten);
  if (problem !== null) return `broken: ${problem}`;
  return `${printPlan(root)}\n⇒\n${printPlan(rewritten)}`;
}

/** The physical plan that some rules make of a logical one, in their order. */
export function physicalPlan(root: PlanNode, rules: readonly PhysicalRule[], codeInThreads = true): PhysicalPlan {
  const { physical, context } = lower(planOf(root), codeInThreads);
  return rules.reduce((plan, rule) => rule.apply(plan, context), physical);
}

function planOf(root: PlanNode): LogicalPlan {
  const input = inOrder(root).find((node) => node.op === 'input');
  return { name: 'spec', input: input?.columns ?? {}, output: root, options: {} };
}
