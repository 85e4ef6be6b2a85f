import { describe, expect, it } from 'vitest';
import * as nodes from '../../../../test/support/plan-nodes.ts';
import { request, step } from '../../../../test/support/plan-nodes.ts';
import type { PlanNode } from '../../../plan/node.ts';
import type { Place } from '../../../plan/stage.ts';
import { physicalPlan } from '../../testing.ts';
import { placeWithNeighbours } from './place-with-neighbours.ts';

const words = request('word');
let stages = 0;
/** Of a stage of its own: stages are told apart by their names. */
const map = (input: PlanNode, runsOn?: Place): PlanNode =>
  nodes.map(input, step(`map#${++stages}: word → word`, runsOn === undefined ? {} : { runsOn }));
const select = (input: PlanNode): PlanNode => nodes.select(input, 'word');
const join = (left: PlanNode, right: PlanNode): PlanNode => nodes.join(left, right, 'inner', 'other');

/** The place of each step, in the order of the plan. */
function places(root: PlanNode, codeInThreads: boolean): string {
  const { tasks } = physicalPlan(root, [placeWithNeighbours], codeInThreads);
  return tasks.map(({ place, steps }) => `${steps[0]?.op} ${place}`).join(', ');
}

describe('a stage', () => {
  it('runs where it says', () => {
    expect(places(map(map(words, 'loop'), 'thread'), true)).toBe('map loop, map thread');
    expect(places(map(map(words, 'loop'), 'thread'), false)).toBe('map loop, map thread');
  });

  it('runs on the loop where nothing says otherwise', () => {
    expect(places(map(map(words)), true)).toBe('map loop, map loop');
  });

  it('follows a neighbour to the threads from any distance, up and down', () => {
    expect(places(map(map(map(words), 'thread')), true)).toBe('map thread, map thread, map thread');
    expect(places(map(map(map(map(words, 'thread')))), true)).toBe('map thread, map thread, map thread, map thread');
  });

  it('goes to the threads between a pin on the loop and one on the threads', () => {
    expect(places(map(map(map(words, 'loop')), 'thread'), true)).toBe('map loop, map thread, map thread');
  });

  it('does not follow a pin that lies behind another one', () => {
    expect(places(map(map(map(words), 'loop'), 'thread'), true)).toBe('map loop, map loop, map thread');
  });

  it('stays on the loop where its code is not in the threads', () => {
    expect(places(map(map(map(words), 'thread')), false)).toBe('map loop, map thread, map loop');
  });
});

describe('a verb without a function', () => {
  it('goes with its only neighbours', () => {
    expect(places(select(map(select(words), 'thread')), false)).toBe('select thread, map thread, select thread');
    expect(places(select(map(words, 'loop')), true)).toBe('map loop, select loop');
  });

  it('stays on the loop between the two where code is not in the threads, else it goes to the threads', () => {
    expect(places(map(select(map(words, 'thread')), 'loop'), false)).toBe('map thread, select loop, map loop');
    expect(places(map(select(map(words, 'thread')), 'loop'), true)).toBe('map thread, select thread, map loop');
  });

  it('that joins two places stays on the loop', () => {
    const both = join(map(words, 'thread'), map(words, 'loop'));
    expect(places(both, true)).toBe('map thread, map loop, join loop');
    expect(places(both, false)).toBe('map thread, map loop, join loop');
  });
});

describe('a lookup', () => {
  it('stays on the loop, where its store is', () => {
    expect(places(nodes.lookup(map(words, 'thread'), 'word', 'meaning'), true)).toBe('map thread, lookup loop');
  });
});
