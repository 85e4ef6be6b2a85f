import { describe, expect, it } from 'vitest';
import { derive, join, map, model, request, select, step } from '../../../../test/support/plan-nodes.ts';
import type { PlanNode } from '../../../plan/node.ts';
import { printTasks } from '../../../plan/task.ts';
import { physicalPlan } from '../../testing.ts';
import { fuseRegions } from './fuse-regions.ts';
import { pruneTransfers } from './prune-transfers.ts';

const photos = request('photo', 'user');
const embed = model('embed: photo → vector');
const explain = (root: PlanNode): string => printTasks(physicalPlan(root, [fuseRegions, pruneTransfers], false), 1);

describe('prune-transfers', () => {
  it('sends a task only the columns that it reads', () => {
    expect(explain(map(photos, embed))).toMatchInlineSnapshot(`
      "task 1 on 1 thread: takes photo, gives vector
        map embed"
    `);
  });

  it('sends back only what others read', () => {
    expect(
      explain(map(derive(map(photos, model('detect: photo → boxes, map')), model('crop: map → crop')), step('end: crop → text'))),
    ).toMatchInlineSnapshot(`
      "task 1 on 1 thread: takes photo, gives crop
        map detect
        derive crop
      task 2 on the event loop
        map end"
    `);
  });

  it('sends the answer whole', () => {
    expect(explain(derive(photos, embed))).toMatchInlineSnapshot(`
      "task 1 on 1 thread: takes photo, user, gives photo, user, vector
        derive embed"
    `);
  });

  it('sends no columns where only the identity of rows is read', () => {
    const kept = map(photos, step('light: photo → light', { runsOn: 'loop' }));
    expect(explain(join(map(photos, embed), select(kept, 'light'), 'inner', 'other'))).toMatchInlineSnapshot(`
      "task 1 on 1 thread: takes photo, gives vector
        map embed
      task 2 on the event loop
        map light
        select light
      task 3 on the event loop
        join inner as other"
    `);
  });
});
