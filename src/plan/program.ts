import type { LogicalPlan } from './node.ts';

/** Where a pipeline keeps its plan. Registered globally, so that a pipeline made by another copy of the package is known too. */
export const PLAN = Symbol.for('flowserve.plan');

/** The plan of a pipeline; undefined for anything else. */
export function planOf(value: unknown): LogicalPlan | undefined {
  if (typeof value !== 'object' || value === null || !(PLAN in value)) return undefined;
  return value[PLAN] as LogicalPlan;
}

/** The plans of the pipelines among the exports of a module, each once, however many names it is exported by. */
export function plansIn(exports: Readonly<Record<string, unknown>>): readonly LogicalPlan[] {
  // A CommonJS module has all its exports in its default one.
  const { default: whole } = exports;
  const values = [...Object.values(exports), ...(typeof whole === 'object' && whole !== null ? Object.values(whole) : [])];
  const plans = values.map(planOf).filter((plan) => plan !== undefined);
  return [...new Set(plans)];
}
