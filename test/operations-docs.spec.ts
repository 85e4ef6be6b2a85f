import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { metricsText } from '../src/edges/metrics/metrics-text.ts';
import { batchReasons } from '../src/runtime/counters.ts';
import { readMetrics } from './support/prometheus-text.ts';

const page = readFileSync(new URL('../docs/operations.md', import.meta.url), 'utf8');
const given = readMetrics(await metricsText([])).map(({ name }) => name);

describe('docs/operations.md', () => {
  it('has a line for each metric of FlowServe, and no other', () => {
    const told = [...page.matchAll(/^\| `(flowserve_\w+)` \| .+ \| .+ \|$/gm)].map(([, name]) => name);
    expect(told.toSorted()).toEqual(given.filter((name) => name.startsWith('flowserve_')).toSorted());
  });

  it('names metrics of the process that are there', () => {
    const named = [...page.matchAll(/`((?:process|nodejs)_\w+)`/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(0);
    expect(given).toEqual(expect.arrayContaining(named));
  });

  it('says what each reason of a batch means', () => {
    const line = page.split('\n').find((text) => text.includes('flowserve_stage_batches_total')) ?? '';
    expect([...line.matchAll(/`(\w+)`:/g)].map(([, reason]) => reason)).toEqual(batchReasons);
  });
});
