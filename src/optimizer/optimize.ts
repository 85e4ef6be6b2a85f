import { FlowError } from '../errors/flow-error.ts';
import { didYouMean } from '../errors/suggest.ts';
import type { LogicalPlan } from '../plan/node.ts';
import type { PhysicalPlan } from '../plan/task.ts';
import { describeValue } from '../schema/column.ts';
import { lower } from './lower.ts';
import { rewriteLogical } from './rewrite-logical.ts';
import type { LogicalRule, OptimizerStep, PhysicalContext, PhysicalRule, RuleSwitches } from './rule.ts';
import { dropDeadBranches } from './rules/logical/drop-dead-branches.ts';
import { mergeMaps } from './rules/logical/merge-maps.ts';
import { pruneColumns } from './rules/logical/prune-columns.ts';
import { pushFilterDown } from './rules/logical/push-filter-down.ts';
import { shareCommonSubplans } from './rules/logical/share-common-subplans.ts';
import { fuseRegions } from './rules/physical/fuse-regions.ts';
import { placeWithNeighbours } from './rules/physical/place-with-neighbours.ts';
import { pruneTransfers } from './rules/physical/prune-transfers.ts';
import { raceStages } from './rules/physical/race-stages.ts';
import { splitRaces } from './rules/physical/split-races.ts';
import { wholePipelinePerWorker } from './rules/physical/whole-pipeline-per-worker.ts';
import type { ReplicasByStage } from './scale-of.ts';

export const logicalRules: readonly LogicalRule[] = [
  // First: a filter may only sink through what nobody else reads, and sharing makes more readers.
  pushFilterDown,
  // Before what looks at readers, and before maps become longer and less alike.
  shareCommonSubplans,
  // Before pruning, which would have to ask for columns of what is dropped.
  dropDeadBranches,
  mergeMaps,
  // Last: it narrows what the others have left.
  pruneColumns,
];

export const physicalRules: readonly PhysicalRule[] = [
  placeWithNeighbours,
  // Compares itself with the placement above.
  wholePipelinePerWorker,
  // Regions are of one place.
  fuseRegions,
  // Takes apart what must not be one region.
  splitRaces,
  // Of tasks as they will be: on threads the whole task is raced.
  raceStages,
  // Last: what travels depends on what is one task.
  pruneTransfers,
];

/** The names of all rules, in the order in which they are applied. */
export const ruleNames: readonly string[] = [...logicalRules, ...physicalRules].map(({ name }) => name);

export interface OptimizedPlan {
  readonly logical: LogicalPlan;
  readonly physical: PhysicalPlan;
  /** Rule by rule, in the order in which they were applied. */
  readonly steps: readonly OptimizerStep[];
}

interface OptimizeOptions {
  /** Whether worker threads have loaded the user's code. */
  readonly codeInThreads: boolean;
  readonly rules?: RuleSwitches | undefined;
  /** Bounds for stages by name, in the place of their own. */
  readonly replicas?: ReplicasByStage | undefined;
}

/** Logical plan → physical plan. Errors: OPTION_INVALID for a rule that does not exist, RULE_BROKE_PLAN. */
export function optimize(plan: LogicalPlan, { codeInThreads, rules = {}, replicas }: OptimizeOptions): OptimizedPlan {
  checkSwitches(rules);
  const logical = rewriteLogical(plan, logicalRules, rules);
  const lowered = lower(logical.plan, codeInThreads, replicas);
  const physical = applyPhysical(lowered.physical, lowered.context, rules);
  return { logical: logical.plan, physical: physical.plan, steps: [...logical.steps, ...physical.steps] };
}

function applyPhysical(
  plan: PhysicalPlan,
  context: PhysicalContext,
  rules: RuleSwitches,
): { readonly plan: PhysicalPlan; readonly steps: readonly OptimizerStep[] } {
  const steps: OptimizerStep[] = [{ rule: 'lower', plan: { kind: 'physical', plan }, isChanged: true, isOff: false }];
  let current = plan;
  for (const rule of physicalRules) {
    const isOff = rules[rule.name] === false;
    const next = isOff ? current : rule.apply(current, context);
    steps.push({ rule: rule.name, plan: { kind: 'physical', plan: next }, isChanged: next !== current, isOff });
    current = next;
  }
  return { plan: current, steps };
}

function checkSwitches(rules: RuleSwitches): void {
  for (const [name, isOn] of Object.entries(rules)) {
    if (!ruleNames.includes(name)) {
      throw new FlowError('OPTION_INVALID', `rules: there is no rule "${name}"${didYouMean(name, ruleNames)}`, {
        hint: `The rules are ${ruleNames.join(', ')}.`,
      });
    }
    if (isOn !== undefined && typeof isOn !== 'boolean') {
      throw new FlowError('OPTION_INVALID', `rules: "${name}" must be true or false but is ${describeValue(isOn)}`);
    }
  }
}
