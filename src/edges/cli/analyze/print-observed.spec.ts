import { describe, expect, it } from 'vitest';
import { n } from '../../../../test/support/stages.ts';
import { durationsOf, poolCountOf, stageCountOf, statisticsOf } from '../../../../test/support/statistics.ts';
import { buildPlan } from '../../../language/builder.ts';
import type { AnyRow } from '../../../schema/column.ts';
import { observe } from './observed.ts';
import { printObserved } from './print-observed.ts';

const plan = buildPlan('scores', n, (flow) => flow.map(n, (row: AnyRow) => row).filter(() => true), {});

describe('a running plan', () => {
  it('is printed with what was measured, and advice', () => {
    const statistics = statisticsOf({
      pipeline: 'scores',
      upMs: 60_000,
      requests: { received: 4, succeeded: 3, failed: { STAGE_FAILED: 1 } },
      durationMs: durationsOf(20, 20, 20, 20),
      tasks: [
        {
          task: 1,
          place: 'thread',
          steps: [{ step: 'map map#1', rowsIn: 8, rowsOut: 6 }],
          stages: [
            stageCountOf({ stage: 'map#1', calls: 4, rows: 8, busyMs: 60, runMs: durationsOf(15, 15, 15, 15), queueMs: durationsOf(2) }),
          ],
        },
        { task: 2, place: 'loop', steps: [], stages: [stageCountOf({ stage: 'filter#1', blocking: { calls: 1, ms: 14, longestMs: 14 } })] },
      ],
      pools: [poolCountOf({ name: 'task 1', replicas: 2, memoryBytes: 2 ** 26, queued: 1 })],
    });
    expect(printObserved(observe(plan, statistics))).toMatchInlineSnapshot(`
      "pipeline scores, up for 60 s
      requests     4: 3 answered, 1 STAGE_FAILED
      latency ms   p50 17.5   p99 19.9
      task 1 on 1 of 2 threads, 64 MB each, 1 queued
        map map#1   8 → 6 rows
      task 2 on the event loop

      task  on      stage     calls  rows  rows/call  run p50  run p99  queue p50  queue p99  of busy time
      1     thread  map#1         4     8       2.00     12.5     14.9       1.75       2.00         100 %
      2     loop    filter#1      0     0          0        –        –          –          –           0 %

      - stage "filter#1" blocks the event loop for 14.0 ms a call, once for 14.0: run it on a thread, runsOn: 'thread'"
    `);
  });
});
