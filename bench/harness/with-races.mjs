// @ts-check
import { children, stagesIn, withChildren } from '../../dist/internals.js';

/** @typedef {import('../../dist/internals.js').PlanNode} PlanNode */
/** @typedef {Readonly<Record<string, import('../../dist/internals.js').Race>>} Races by the names of stages */

/**
 * The plan whose stages say how they are raced, as they would by their option `race`.
 * @param {import('../../dist/internals.js').LogicalPlan} plan
 * @param {Races} races
 */
export function withRaces(plan, races) {
  /** @type {Map<PlanNode, PlanNode>} */
  const known = new Map();
  /** @type {(node: PlanNode) => PlanNode} */
  const raced = (node) => {
    const made = known.get(node) ?? withStages(withChildren(node, children(node).map(raced)), races);
    known.set(node, made);
    return made;
  };
  return { ...plan, output: raced(plan.output) };
}

/**
 * @param {PlanNode} node
 * @param {Races} races
 * @returns {PlanNode}
 */
function withStages(node, races) {
  if (!stagesIn(node).some(({ name }) => name in races)) return node;
  const raced = (/** @type {import('../../dist/internals.js').StageSpec} */ spec) => ({ ...spec, race: races[spec.name] ?? spec.race });
  if (node.op === 'map') return { ...node, stages: [raced(node.stages[0]), ...node.stages.slice(1).map(raced)] };
  return 'stage' in node ? { ...node, stage: raced(node.stage) } : node;
}
