import type { LogicalPlan, PlanNode } from '../plan/node.ts';
import type { StageSpec } from '../plan/stage.ts';
import type { PhysicalPlan, TableNumber } from '../plan/task.ts';
import type { Names } from './needs.ts';

/** What a logical rule may ask of the plan around a node. */
export interface LogicalContext {
  readonly root: PlanNode;
  /** How many nodes read a node's rows. */
  readers(node: PlanNode): number;
  /** The columns of a node that somebody reads. */
  needed(node: PlanNode): Names;
}

/** A rewrite of one node of the logical plan; null where it does not apply. */
export interface LogicalRule {
  readonly name: string;
  readonly apply: (node: PlanNode, context: LogicalContext) => PlanNode | null;
}

/** What a physical rule may ask of the plan that was lowered. */
export interface PhysicalContext {
  /** The node whose rows a table holds. */
  readonly nodes: ReadonlyMap<TableNumber, PlanNode>;
  readonly root: PlanNode;
  readonly stages: ReadonlyMap<string, StageSpec>;
  /** Whether worker threads have loaded the user's code. */
  readonly codeInThreads: boolean;
}

/** A change of the attributes of tasks, or of which steps are a task; the plan itself where nothing changes. */
export interface PhysicalRule {
  readonly name: string;
  readonly apply: (plan: PhysicalPlan, context: PhysicalContext) => PhysicalPlan;
}

/** Rules by name; false switches one off. */
export type RuleSwitches = Readonly<Record<string, boolean | undefined>>;

/** What one rule did to the plan. */
export interface OptimizerStep {
  readonly rule: string;
  readonly plan: { readonly kind: 'logical'; readonly plan: LogicalPlan } | { readonly kind: 'physical'; readonly plan: PhysicalPlan };
  readonly isChanged: boolean;
  readonly isOff: boolean;
}
