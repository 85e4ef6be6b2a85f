import { describe, expect, it } from 'vitest';
import { stageCountOf, statisticsOf } from '../../../../test/support/statistics.ts';
import type { DeploymentStatistics } from '../../../serving/deployment.ts';
import { printReport, type Report } from './report.ts';
import { stageUse } from './stage-use.ts';

const counted = (calls: number, rows: number, busyMs: number): DeploymentStatistics => ({
  ...statisticsOf({ pipeline: 'cascade' }),
  tasks: [
    { task: 1, place: 'loop', steps: [], stages: [stageCountOf({ stage: 'decode', calls, rows, busyMs })] },
    { task: 2, place: 'thread', steps: [], stages: [stageCountOf({ stage: 'classify', calls: calls / 4, rows, busyMs: busyMs * 9 })] },
  ],
});

const report: Report = {
  pipeline: 'cascade',
  load: '8 requests at a time for 10 s in this process',
  rowsPerRequest: 2,
  seconds: 10,
  requests: 4000,
  requestsPerSecond: 400,
  rowsPerSecond: 800,
  latencyMs: { p50: 0.1234, p90: 1.234, p95: 12.34, p99: 123.4, 'p99.9': 1234.5, max: 12_345 },
  errors: { QUEUE_FULL: 3, STAGE_FAILED: 1 },
  stages: stageUse(counted(4, 4, 8), counted(404, 804, 88)),
};

describe('the report of a load', () => {
  it('says how many, how fast, what failed and where the time went', () => {
    expect(printReport(report)).toMatchInlineSnapshot(`
      "cascade: 8 requests at a time for 10 s in this process

      requests/s   400   (4000 answered in 10.0 s)
      rows/s       800
      latency ms   p50 0.123   p90 1.23   p95 12.3   p99 123   p99.9 1235   max 12345
      errors       QUEUE_FULL 3, STAGE_FAILED 1

      task  on      stage     calls  rows  rows/call  ms/call  of busy time
      1     loop    decode      400   800       2.00    0.200          10 %
      2     thread  classify    100   800       8.00     7.20          90 %"
    `);
  });

  it('has no table of another process, and no latencies of no answers', () => {
    const empty = printReport({ ...report, latencyMs: null, errors: {}, requests: 0, requestsPerSecond: 0, rowsPerSecond: 0, stages: [] });
    expect(empty).toMatchInlineSnapshot(`
      "cascade: 8 requests at a time for 10 s in this process

      requests/s   0   (0 answered in 10.0 s)
      rows/s       0
      latency ms   none was answered
      errors       none"
    `);
  });
});

describe('the use of stages', () => {
  it('is what they did between two looks, and nothing by zero', () => {
    expect(
      stageUse(counted(4, 4, 8), counted(4, 4, 8)).map(({ msPerCall, rowsPerCall, share }) => [msPerCall, rowsPerCall, share]),
    ).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });
});
