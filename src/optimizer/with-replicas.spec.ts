import { describe, expect, it } from 'vitest';
import { derive, inPython, map, model, remoteModel, request, step } from '../../test/support/plan-nodes.ts';
import type { LogicalPlan, PlanNode } from '../plan/node.ts';
import { stagesOf } from '../plan/traverse.ts';
import { fuseRegions } from './rules/physical/fuse-regions.ts';
import { placeWithNeighbours } from './rules/physical/place-with-neighbours.ts';
import type { ReplicasByStage } from './scale-of.ts';
import { physicalPlan } from './testing.ts';
import { withReplicas } from './with-replicas.ts';

const words = request('word');
const planOf = (output: PlanNode): LogicalPlan => ({ name: 'spec', input: words.columns, output, options: {} });
const scaled = (output: PlanNode, replicas: ReplicasByStage): PlanNode => withReplicas([planOf(output)], replicas)[0]?.output ?? output;
const tasks = (output: PlanNode): readonly unknown[] =>
  physicalPlan(output, [placeWithNeighbours, fuseRegions]).tasks.map(({ place, replicas }) => [place, replicas]);
const some = { min: 1, max: 8 };

describe('plans with other numbers of replicas', () => {
  it('have them where a stage says others, or none', () => {
    expect(tasks(scaled(derive(words, model('detect: word → box')), { detect: some }))).toEqual([['thread', some]]);
  });

  it('have them for the task that holds the stage', () => {
    const chain = map(derive(map(words, step('clean: word → word')), model('detect: word → box')), step('count: box → n'));
    expect(tasks(scaled(chain, { count: some }))).toEqual([['thread', some]]);
  });

  it('run a function on threads that is told to have several', () => {
    expect(tasks(scaled(map(words, step('clean: word → word')), { clean: some }))).toEqual([['thread', some]]);
  });

  it('begin with the least processes of Python', () => {
    const stage = stagesOf(scaled(derive(words, inPython('read: word → text')), { read: { min: 2, max: 5 } })).get('read');
    expect(stage).toMatchObject({ replicas: { min: 2, max: 5 }, implementation: { replicas: 2 } });
  });

  it('are the plans themselves where nothing is told, and in stages that are not named', () => {
    const plans = [planOf(map(words, step('clean: word → word')))];
    expect(withReplicas(plans, {})).toBe(plans);
    const other = planOf(derive(words, model('detect: word → box')));
    expect(withReplicas([...plans, other], { detect: some })[0]?.output).toBe(plans[0]?.output);
  });

  it.each<[string, PlanNode, string]>([
    ['that is not there', derive(words, model('detects: word → box')), 'there is no stage "detect" (did you mean "detects"?)'],
    [
      'of another server',
      derive(words, remoteModel('detect: word → box')),
      'stage "detect" is a model of another server, which has its replicas',
    ],
    ['on the event loop', map(words, step('detect: word → word', { runsOn: 'loop' })), 'stage "detect" runs on the event loop'],
  ])('are refused for a stage %s', (_, output, problem) => {
    expect(() => scaled(output, { detect: some })).toThrow(`[OPTION_INVALID] replicas: ${problem}`);
  });
});
