import { describe, expect, it } from 'vitest';
import { stage } from '../../language/stage.ts';
import { pipeline } from '../../pipeline.ts';
import { planOf } from '../../plan/program.ts';
import { int32 } from '../../schema/column.ts';
import { limitsOf } from '../http/limits.ts';
import { ServedPipelines } from '../http/served-pipelines.ts';
import { findModel, modelOf } from './pipeline-model.ts';

const n = { n: int32 };
const step = (name: string) => stage({ name, input: n, output: n, run: (row) => row });
const plans = [
  pipeline('a', n, (rows) =>
    rows
      .map(step('a / b'))
      .map(step('a b'))
      .map(step('a-b'))
      .map(n, (row) => row),
  ),
  pipeline('a.map-1', n, (rows) => rows.filter(() => true)),
].flatMap((each) => planOf(each) ?? []);

describe('a pipeline as a model', () => {
  const stages = plans.map((plan) => modelOf(plan).stages.map(({ name }) => name));

  it('has its stages as models, each under a name of its own that goes into a path', () => {
    expect(stages).toEqual([['a.a-b', 'a.a-b-2', 'a.a-b-3', 'a.map-1'], ['a.map-1.filter-1']]);
  });

  it('is made once for a plan', () => {
    for (const plan of plans) expect(modelOf(plan)).toBe(modelOf(plan));
  });

  it('is found before the stage of another that is called alike', () => {
    const served = new ServedPipelines(plans, limitsOf({}));
    expect(findModel(served, 'a.map-1').pipeline.plan.name).toBe('a.map-1');
    expect(findModel(served, 'a.a-b-2')).toMatchObject({ pipeline: { plan: { name: 'a' } }, stage: { stage: 'a b' } });
    expect(() => findModel(served, 'b')).toThrow('[PIPELINE_UNKNOWN] there is no model "b"');
  });
});
