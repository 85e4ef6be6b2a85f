import { describe, expect, it } from 'vitest';
import { derive, join, lookup, map, model, request, step } from '../../../../test/support/plan-nodes.ts';
import type { PlanNode } from '../../../plan/node.ts';
import { printTasks } from '../../../plan/task.ts';
import { physicalPlan } from '../../testing.ts';
import { fuseRegions } from './fuse-regions.ts';
import { placeWithNeighbours } from './place-with-neighbours.ts';
import { wholePipelinePerWorker } from './whole-pipeline-per-worker.ts';

const words = request('word');
const explain = (root: PlanNode, codeInThreads = true): string =>
  printTasks(physicalPlan(root, [placeWithNeighbours, wholePipelinePerWorker, fuseRegions], codeInThreads), 2);
const branches = join(map(words, step('light: word → light')), map(words, model('embed: word → vector')));

describe('whole-pipeline-per-worker', () => {
  it('takes a branch without a model along, rather than wait for its rows', () => {
    expect(explain(branches)).toMatchInlineSnapshot(`
      "task 1 on 2 threads: takes word, gives light, vector
        map light
        map embed
        join inner"
    `);
  });

  it('leaves everything on the loop where nothing is on the threads', () => {
    expect(explain(map(map(words, step('a: word → word')), step('b: word → word')))).toMatchInlineSnapshot(`
      "task 1 on the event loop
        map a
        map b"
    `);
  });

  it('takes all along but what is pinned to the loop, rather than go to and fro behind a join', () => {
    const found = derive(words, step('find: word → language', { runsOn: 'loop' }));
    const branch = (name: string): PlanNode => map(map(found, model(`${name}: word → vector`)), step(`read ${name}: vector → light`));
    const either = join(branch('embed'), branch('hash'), 'outer', 'other');
    expect(explain(map(join(found, either, 'left', 'either'), step('pick: either → light')))).toMatchInlineSnapshot(`
      "task 1 on the event loop
        derive find
      task 2 on 2 threads: takes word, language, gives light
        map embed
        map read embed
        map hash
        map read hash
        join outer as other
        join left as either
        map pick"
    `);
  });

  it('leaves apart what is pinned to the loop where fewer tables travel so', () => {
    expect(
      explain(join(map(words, step('light: word → light', { runsOn: 'loop' })), map(words, model('embed: word → vector')))),
    ).toMatchInlineSnapshot(`
      "task 1 on the event loop
        map light
      task 2 on 2 threads: takes word, gives vector
        map embed
      task 3 on the event loop
        join inner"
    `);
    expect(explain(derive(lookup(words, 'word', 'meaning'), model('embed: word → vector')))).toMatchInlineSnapshot(`
      "task 1 on the event loop
        lookup meaning in names
      task 2 on 2 threads: takes word, meaning, gives word, meaning, vector
        derive embed"
    `);
  });

  it('leaves functions on the loop where the threads have no code', () => {
    expect(explain(branches, false)).toMatchInlineSnapshot(`
      "task 1 on the event loop
        map light
      task 2 on 2 threads: takes word, gives vector
        map embed
      task 3 on the event loop
        join inner"
    `);
  });
});
