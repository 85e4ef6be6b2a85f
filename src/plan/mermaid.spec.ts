import { describe, expect, it } from 'vitest';
import { derive, join, map, model, request, step } from '../../test/support/plan-nodes.ts';
import { fuseRegions } from '../optimizer/rules/physical/fuse-regions.ts';
import { physicalPlan } from '../optimizer/testing.ts';
import { mermaid } from './mermaid.ts';

const photos = request('photo');

describe('a plan as a Mermaid flowchart', () => {
  it('has a box per step, a frame per task and an arrow per table', () => {
    const small = derive(photos, model('small: photo → label'));
    const plan = physicalPlan(join(small, map(small, step('large: photo → better')), 'left'), [fuseRegions]);
    expect(mermaid(plan, 2)).toMatchInlineSnapshot(`
      "flowchart TD
        t0(["spec"])
        answer([answer])
        subgraph task1["task 1: 2 threads"]
          t1["derive small"]
        end
        subgraph task2["task 2: event loop"]
          t2["map large"]
          t3["join left"]
        end
        t0 --> t1
        t1 --> t2
        t1 --> t3
        t2 --> t3
        t3 --> answer"
    `);
  });

  it('quotes what means something to Mermaid', () => {
    const plan = physicalPlan(map(photos, step('say "a" <b> #1: photo → label')), []);
    expect(mermaid(plan, 1)).toContain('t1["map say #34;a#34; #60;b#62; #35;1"]');
  });
});
