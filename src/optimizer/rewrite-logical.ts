import { FlowError, messageOf } from '../errors/flow-error.ts';
import type { LogicalPlan } from '../plan/node.ts';
import { applyRule } from './apply-rule.ts';
import { planProblem } from './check-plan.ts';
import type { LogicalRule, OptimizerStep, RuleSwitches } from './rule.ts';

/** A pass may make room for another; the bound only guards against rules that undo each other. */
const MAX_PASSES = 10;

/** Applies rules in their order, pass after pass until none applies. Errors: RULE_BROKE_PLAN, naming the rule. */
export function rewriteLogical(
  plan: LogicalPlan,
  rules: readonly LogicalRule[],
  switches: RuleSwitches = {},
): { readonly plan: LogicalPlan; readonly steps: readonly OptimizerStep[] } {
  const steps: OptimizerStep[] = [];
  let current = plan;
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const before = current;
    for (const rule of rules) {
      const isOff = switches[rule.name] === false;
      const next = isOff ? current : applied(rule, current);
      const isChanged = next !== current;
      // Later passes are told of only where they did something.
      if (pass === 0 || isChanged) steps.push({ rule: rule.name, plan: { kind: 'logical', plan: next }, isChanged, isOff });
      current = next;
    }
    if (current === before) return { plan: current, steps };
  }
  throw new FlowError(
    'RULE_BROKE_PLAN',
    `the rules ${steps
      .slice(-2)
      .map(({ rule }) => rule)
      .join(' and ')} undo each other`,
  );
}

function applied(rule: LogicalRule, plan: LogicalPlan): LogicalPlan {
  const output = rewritten(rule, plan);
  if (output === plan.output) return plan;
  const problem = planProblem(plan.output, output);
  if (problem !== null) throw new FlowError('RULE_BROKE_PLAN', `the rule ${rule.name} broke the plan of "${plan.name}": ${problem}`);
  return Object.freeze({ ...plan, output });
}

function rewritten(rule: LogicalRule, plan: LogicalPlan): LogicalPlan['output'] {
  try {
    return applyRule(rule, plan.output);
  } catch (cause) {
    throw new FlowError('RULE_BROKE_PLAN', `the rule ${rule.name} failed on the plan of "${plan.name}": ${messageOf(cause)}`, { cause });
  }
}
