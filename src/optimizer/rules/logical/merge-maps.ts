import { completeNode } from '../../../plan/complete.ts';
import { needsUserCode, type StageSpec } from '../../../plan/stage.ts';
import type { LogicalRule } from '../../rule.ts';

/**
 * Map b (Map a x)  →  Map a → b x
 *
 * One step instead of two: no table and no bookkeeping between them. Source: operator fusion, Cloudflow (arXiv 2007.05832).
 * Not when another node also reads a's rows: a would run twice.
 * Not when they may run at different places: a model, or a function that is pinned elsewhere.
 * Not when they say otherwise how many replicas they have, or what these occupy.
 * Not with effects.
 */
export const mergeMaps: LogicalRule = {
  name: 'merge-maps',
  apply(node, { readers }) {
    if (node.op !== 'map' || node.input.op !== 'map') return null;
    const inner = node.input;
    if (readers(inner) > 1) return null;
    const [first, ...others] = [...inner.stages, ...node.stages] as const;
    if (first === undefined || others.some((stage) => !mayStandTogether(first, stage))) return null;
    return completeNode({ op: 'map', input: inner.input, stages: [first, ...others] });
  },
};

function mayStandTogether(a: StageSpec, b: StageSpec): boolean {
  if (![a, b].every((stage) => needsUserCode(stage) && !stage.effects)) return false;
  return a.runsOn === b.runsOn && a.resource === b.resource && isSameCount(a, b);
}

function isSameCount({ replicas: a }: StageSpec, { replicas: b }: StageSpec): boolean {
  return a?.min === b?.min && a?.max === b?.max;
}
