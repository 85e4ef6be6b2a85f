import { describe, expect, it } from 'vitest';
import { derive, inPython, map, request, step } from '../../../../test/support/plan-nodes.ts';
import type { PlanNode } from '../../../plan/node.ts';
import type { Race } from '../../../plan/race.ts';
import { printTasks } from '../../../plan/task.ts';
import { physicalPlan } from '../../testing.ts';
import { fuseRegions } from './fuse-regions.ts';
import { raceStages } from './race-stages.ts';

const words = request('word');
const copies: Race = { kind: 'copies', copies: 3 };
const hedge: Race = { kind: 'hedge', budget: 0.05 };
const explain = (root: PlanNode): string => printTasks(physicalPlan(root, [fuseRegions, raceStages]), 2);

describe('race-stages', () => {
  it('races on the event loop the calls of each stage that asks for it', () => {
    const detect = { ...inPython('detect: word → lang'), race: hedge };
    const upper = step('upper: word → upper', { race: copies });
    expect(explain(derive(derive(derive(words, detect), step('clean: word → clean')), upper))).toMatchInlineSnapshot(`
      "task 1 on the event loop, calls that wait: detect hedged within 5 %, upper 3 copies
        derive detect
        derive clean
        derive upper"
    `);
  });

  it('races on threads the whole task, in which its stages can only run together', () => {
    const first = step('first: word → word', { runsOn: 'thread', race: hedge });
    const second = step('second: word → word', { runsOn: 'thread', race: copies });
    expect(explain(map(map(words, first), second))).toMatchInlineSnapshot(`
      "task 1 on 2 threads, each request 3 copies: takes word, gives word
        map first
        map second"
    `);
  });

  it('leaves alone a task on threads in which another stage has effects', () => {
    const first = step('first: word → word', { runsOn: 'thread', race: copies });
    const sent = step('send: word → word', { runsOn: 'thread', effects: true });
    expect(explain(map(map(words, first), sent))).not.toContain('copies');
  });

  it('races on the event loop beside a stage with effects, which is called once', () => {
    const sent = step('send: word → word', { effects: true });
    expect(explain(map(map(words, step('first: word → word', { race: copies })), sent))).toContain('first 3 copies');
  });

  it('leaves alone what does not ask for it', () => {
    const plan = physicalPlan(map(words, step('upper: word → upper')), [fuseRegions]);
    expect(physicalPlan(map(words, step('upper: word → upper')), [fuseRegions, raceStages])).toEqual(plan);
  });
});
