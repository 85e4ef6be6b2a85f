import { describe, expect, it } from 'vitest';
import { readMetrics } from '../../../test/support/prometheus-text.ts';
import { durationsOf, poolCountOf, sizesOf, stageCountOf, statisticsOf } from '../../../test/support/statistics.ts';
import { metricsText } from './metrics-text.ts';

const scores = statisticsOf({
  pipeline: 'scores',
  requests: { received: 6, succeeded: 3, failed: { QUEUE_FULL: 2, DEADLINE_EXCEEDED: 1 } },
  shed: { QUEUE_FULL: 2 },
  deadlineMisses: 1,
  rows: 7,
  durationMs: durationsOf(1, 12, 60_000),
  ongoing: 4,
  tasks: [
    {
      task: 2,
      place: 'thread',
      steps: [],
      stages: [
        stageCountOf({
          stage: 'say "hi"\\',
          calls: 2,
          rows: 9,
          failures: 1,
          runMs: durationsOf(0.5, 14),
          queueMs: durationsOf(2),
          batches: { rows: sizesOf(1, 8), byReason: { full: 1, deadline: 0, size: 0, idle: 1 } },
          races: { started: 5, wonByCopy: 2, extraMs: 250, uncancelled: 1 },
          blocking: { calls: 1, ms: 14, longestMs: 14 },
        }),
      ],
    },
  ],
  pools: [
    poolCountOf({
      name: 'task 2',
      ready: 2,
      starting: 1,
      queued: 3,
      outstanding: 4,
      memoryBytes: 1024,
      busyMs: 1500,
      waitMs: durationsOf(5),
    }),
  ],
});

const samplesOf = async (name: string): Promise<readonly string[]> => {
  const metric = readMetrics(await metricsText([scores])).find((read) => read.name === name);
  return (metric?.samples ?? []).map(({ labels, value }) => {
    const { pipeline, ...others } = labels;
    return `${[pipeline, ...Object.values(others)].join(' ')}: ${value}`;
  });
};

describe('the text of metrics', () => {
  it('is such as a strict reader takes, with help and type for each', async () => {
    const metrics = readMetrics(await metricsText([scores, statisticsOf({ pipeline: 'other' })]));
    expect(metrics.every(({ help, type }) => help.length > 0 && type.length > 0)).toBe(true);
    expect(metrics.filter(({ name }) => name.startsWith('flowserve_')).length).toBeGreaterThan(20);
  });

  it.each<[string, readonly string[]]>([
    ['flowserve_requests_total', ['scores OK: 3', 'scores QUEUE_FULL: 2', 'scores DEADLINE_EXCEEDED: 1']],
    ['flowserve_shed_total', ['scores QUEUE_FULL: 2']],
    ['flowserve_deadline_misses_total', ['scores: 1']],
    ['flowserve_requests_ongoing', ['scores: 4']],
    ['flowserve_stage_failures_total', ['scores 2 say "hi"\\: 1']],
    ['flowserve_stage_races_total', ['scores 2 say "hi"\\ copy: 2', 'scores 2 say "hi"\\ original: 3']],
    ['flowserve_stage_extra_work_seconds_total', ['scores 2 say "hi"\\: 0.25']],
    ['flowserve_stage_longest_block_seconds', ['scores 2 say "hi"\\: 0.014']],
    ['flowserve_replicas', ['scores task 2 ready: 2', 'scores task 2 starting: 1', 'scores task 2 draining: 0']],
    ['flowserve_replica_memory_bytes', ['scores task 2: 1024']],
  ])('tells %s', async (name, samples) => expect(await samplesOf(name)).toEqual(samples));

  it('tells times in seconds, three bounds a decade', async () => {
    const duration = await samplesOf('flowserve_request_duration_seconds');
    expect(duration).toContain('scores 0.00001: 0');
    expect(duration).toContain('scores 0.001: 1');
    expect(duration).toContain('scores 0.02: 2');
    expect(duration.slice(-4)).toEqual(['scores 50: 2', 'scores +Inf: 3', 'scores: 60.013', 'scores: 3']);
    expect(duration).toHaveLength(24);
  });

  it('tells the process beside the pipelines, whose names begin with flowserve', async () => {
    const names = readMetrics(await metricsText([scores])).map(({ name }) => name);
    expect(names).toContain('process_cpu_seconds_total');
    expect(names).toContain('nodejs_eventloop_lag_p99_seconds');
  });

  it('tells nothing of a replica whose cost is not known', async () => {
    const unknown = statisticsOf({ pools: [poolCountOf({})] });
    const metric = readMetrics(await metricsText([unknown])).find(({ name }) => name === 'flowserve_replica_memory_bytes');
    expect(metric?.samples).toEqual([]);
  });
});
