import { FlowError } from '../../errors/flow-error.ts';
import { type BareNode, completeNode, withInputs } from '../../plan/complete.ts';
import type { Input, LogicalPlan, PlanNode } from '../../plan/node.ts';
import { planOf } from '../../plan/program.ts';
import type { StageSpec } from '../../plan/stage.ts';
import { children, inOrder } from '../../plan/traverse.ts';
import { type ColumnSpec, describeValue } from '../../schema/column.ts';
import { columnFits, misfit } from '../../schema/fit.ts';
import { type Draft, isInPlace, registerStage, registerStore } from '../draft.ts';

/**
 * The nodes of another pipeline with this flow in the place of its input, each after those it reads. They are completed anew, so that what
 * stood for rows of the other pipeline's request stands for rows of this flow.
 */
export function extendedNodes(draft: Draft, flow: PlanNode, pipeline: unknown): readonly PlanNode[] {
  const plan = planOf(pipeline);
  if (plan === undefined) {
    throw new FlowError('PIPELINE_INVALID', `extend: the argument must be a pipeline but is ${describeValue(pipeline)}`, {
      hint: 'Give what pipeline(…) returned.',
    });
  }
  const problem = misfit(flow.columns, plan.input);
  if (problem !== null) throw new FlowError(problem.code, `extend: ${problem.problem}`);
  const made = new Map<PlanNode, PlanNode>();
  for (const node of inOrder(plan.output)) made.set(node, node.op === 'input' ? inputFrom(flow, plan) : placed(draft, plan, node, made));
  return [...made.values()];
}

/** The columns that the pipeline asks for, of the types that it gives them: it was built for those. */
function inputFrom(flow: PlanNode, { input }: LogicalPlan): PlanNode {
  const names = Object.keys(input);
  const isSame =
    names.length === Object.keys(flow.columns).length && Object.entries(input).every(([name, column]) => fitsExactly(flow, name, column));
  if (isSame) return flow;
  return Object.freeze({ ...completeNode({ op: 'select', input: flow, names }), columns: input });
}

function fitsExactly({ columns }: PlanNode, name: string, need: ColumnSpec): boolean {
  const have = columns[name];
  return have !== undefined && columnFits(have, need) && columnFits(need, have);
}

function placed(draft: Draft, plan: LogicalPlan, node: Exclude<PlanNode, Input>, made: ReadonlyMap<PlanNode, PlanNode>): PlanNode {
  const inputs = children(node).map((child) => made.get(child) as PlanNode);
  const bare = withStages(withInputs(node, inputs) ?? node, (stage) => stageHere(draft, plan, stage));
  if (bare.op === 'lookup') registerStore(draft, bare.store);
  return Object.freeze({ ...completeNode(bare), columns: node.columns });
}

function withStages(bare: BareNode, here: (stage: StageSpec) => StageSpec): BareNode {
  if (bare.op === 'map') {
    const [first, ...others] = bare.stages;
    return { ...bare, stages: [here(first), ...others.map(here)] };
  }
  return 'stage' in bare ? { ...bare, stage: here(bare.stage) } : bare;
}

/** A stage that was defined keeps its name. A function in place, which has but a number, is named by its pipeline too. */
function stageHere(draft: Draft, { name }: LogicalPlan, stage: StageSpec): StageSpec {
  if (!isInPlace(stage)) return registerStage(draft, stage);
  const known = draft.renamed.get(stage);
  if (known !== undefined) return known;
  const renamed = registerStage(draft, Object.freeze({ ...stage, name: `${name}/${stage.name}` }));
  draft.renamed.set(stage, renamed);
  return renamed;
}
