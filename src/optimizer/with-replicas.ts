import { FlowError } from '../errors/flow-error.ts';
import { didYouMean } from '../errors/suggest.ts';
import type { LogicalPlan, PlanNode } from '../plan/node.ts';
import { needsUserCode, type ReplicaBounds, type StageSpec } from '../plan/stage.ts';
import { stagesIn, stagesOf } from '../plan/traverse.ts';
import { applyRule } from './apply-rule.ts';
import type { ReplicasByStage } from './scale-of.ts';

/**
 * The plans as if stages had said these numbers of replicas, wherever a stage of the name is.
 * Errors: OPTION_INVALID where no plan has the stage, or where it has no replicas.
 */
export function withReplicas(plans: readonly LogicalPlan[], replicas: ReplicasByStage): readonly LogicalPlan[] {
  const named = Object.keys(replicas);
  if (named.length === 0) return plans;
  const names = [...new Set(plans.flatMap(({ output }) => [...stagesOf(output).keys()]))];
  const unknown = named.find((name) => !names.includes(name));
  if (unknown === undefined) return plans.map((plan) => ({ ...plan, output: rewritten(plan.output, replicas) }));
  throw new FlowError('OPTION_INVALID', `replicas: there is no stage "${unknown}"${didYouMean(unknown, names)}`, {
    hint: `The stages are ${names.join(', ')}.`,
  });
}

function rewritten(output: PlanNode, replicas: ReplicasByStage): PlanNode {
  const others = new Map<StageSpec, StageSpec>();
  for (const [name, stage] of stagesOf(output)) {
    const bounds = replicas[name];
    if (bounds !== undefined) others.set(stage, scaled(stage, bounds));
  }
  const other = (stage: StageSpec): StageSpec => others.get(stage) ?? stage;
  return applyRule(
    { name: 'replicas', apply: (node) => (stagesIn(node).some((stage) => others.has(stage)) ? withStages(node, other) : null) },
    output,
  );
}

function withStages(node: PlanNode, other: (stage: StageSpec) => StageSpec): PlanNode {
  if (node.op === 'map') {
    const [first, ...rest] = node.stages;
    return Object.freeze({ ...node, stages: [other(first), ...rest.map(other)] as const });
  }
  return 'stage' in node ? Object.freeze({ ...node, stage: other(node.stage) }) : node;
}

function scaled(stage: StageSpec, bounds: ReplicaBounds): StageSpec {
  const { implementation, runsOn, name } = stage;
  if (implementation.kind === 'python') return { ...stage, replicas: bounds, implementation: { ...implementation, replicas: bounds.min } };
  if (implementation.kind === 'remote') throw noReplicas(name, 'is a model of another server, which has its replicas');
  if (runsOn === 'loop') throw noReplicas(name, 'runs on the event loop');
  return { ...stage, replicas: bounds, runsOn: needsUserCode(stage) ? 'thread' : runsOn };
}

function noReplicas(stage: string, why: string): FlowError {
  return new FlowError('OPTION_INVALID', `replicas: stage "${stage}" ${why}`);
}
