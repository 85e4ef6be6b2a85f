import { describe, expect, it } from 'vitest';
import { n, specOf } from '../../../../test/support/stages.ts';
import { completeNode } from '../../../plan/complete.ts';
import type { PlanNode } from '../../../plan/node.ts';
import type { Place } from '../../../plan/stage.ts';
import { type PhysicalPlan, printStep } from '../../../plan/task.ts';
import { physicalPlan } from '../../testing.ts';
import { fuseRegions } from './fuse-regions.ts';
import { placeWithNeighbours } from './place-with-neighbours.ts';
import { splitRaces } from './split-races.ts';

const request: PlanNode = { op: 'input', pipeline: 'test', columns: n, origin: { name: 'request', parent: null } };
const anyOf = (...inputs: readonly PlanNode[]): PlanNode => completeNode({ op: 'anyOf', inputs });
const map = (name: string, runsOn: Place, input: PlanNode): PlanNode =>
  completeNode({ op: 'map', input, stages: [specOf({ kind: 'row', run: (row) => row }, { name, runsOn })] });

const split = (output: PlanNode): PhysicalPlan => physicalPlan(output, [placeWithNeighbours, fuseRegions, splitRaces]);
const printed = (output: PlanNode): string =>
  split(output)
    .tasks.map(({ place, steps, reads, gives }) => `${place}: ${steps.map(printStep).join(', ')} (${reads.join()} → ${gives.join()})`)
    .join('\n');

describe('the alternatives of an anyOf', () => {
  it('stay in one task on threads with it', () => {
    expect(printed(anyOf(map('a', 'thread', request), map('b', 'thread', request)))).toMatchInlineSnapshot(
      `"thread: map a, map b, any of (0 → 3)"`,
    );
  });

  it('race on the event loop where one of them is there', () => {
    expect(printed(map('after', 'thread', anyOf(map('a', 'thread', request), map('b', 'loop', request))))).toMatchInlineSnapshot(`
      "thread: map a (0 → 1)
      loop: map b (0 → 2)
      loop: any of (1,2 → 3)
      thread: map after (3 → 4)"
    `);
  });

  it('have tasks of their own where the anyOf is not with them, and share what is before', () => {
    const shared = map('shared', 'thread', request);
    const output = anyOf(map('a', 'thread', shared), map('b', 'thread', shared), map('c', 'loop', request));
    expect(printed(output)).toMatchInlineSnapshot(`
      "thread: map shared (0 → 1)
      thread: map a (1 → 2)
      thread: map b (1 → 3)
      loop: map c (0 → 4)
      loop: any of (2,3,4 → 5)"
    `);
  });

  it('leave a plan without one as it is', () => {
    const output = map('a', 'thread', request);
    expect(split(output)).toEqual(physicalPlan(output, [placeWithNeighbours, fuseRegions]));
  });
});
