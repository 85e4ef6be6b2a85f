import { describe, expect, it } from 'vitest';
import type { Origin, PlanNode } from '../plan/node.ts';
import type { Implementation, Place, StageSpec } from '../plan/stage.ts';
import { inOrder } from '../plan/traverse.ts';
import { placeNodes } from './place.ts';

const origin: Origin = { name: 'request', parent: null };
const node = { columns: {}, origin };
const row: Implementation = { kind: 'row', run: (given) => given };

function step(name: string, runsOn?: Place): StageSpec {
  const options = { setup: undefined, teardown: undefined, maxBatch: 1, timeoutMs: undefined, effects: false };
  return { name, input: {}, output: {}, implementation: row, runsOn, ...options };
}
const words: PlanNode = { op: 'input', pipeline: 'words', ...node };
const map = (input: PlanNode, runsOn?: Place): PlanNode => ({ op: 'map', input, stages: [step('map', runsOn)], ...node });
const select = (input: PlanNode): PlanNode => ({ op: 'select', input, names: [], ...node });
const join = (left: PlanNode, right: PlanNode): PlanNode => ({ op: 'join', left, right, how: 'inner', as: 'other', ...node });

/** The place of each node, in the order of the plan. */
function places(root: PlanNode, codeInThreads: boolean): string {
  const placed = placeNodes(root, codeInThreads);
  return inOrder(root)
    .slice(1)
    .map((each) => `${each.op} ${placed.get(each)}`)
    .join(', ');
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

  it('that joins two places hears both', () => {
    const both = join(map(words, 'thread'), map(words, 'loop'));
    expect(places(both, true)).toBe('map thread, map loop, join thread');
    expect(places(both, false)).toBe('map thread, map loop, join loop');
  });
});
