import { describe, expect, it } from 'vitest';
import { processProcessorMs, threadProcessorMs } from './processor-time.ts';

describe.runIf(process.platform === 'linux')('processor time', () => {
  it('grows with what a process computes, and is that of all its threads', async () => {
    const before = (await processProcessorMs(process.pid)) ?? Number.NaN;
    const untilMs = performance.now() + 20;
    while (performance.now() < untilMs);
    const after = (await processProcessorMs(process.pid)) ?? Number.NaN;
    expect(after).toBeGreaterThan(before);
    expect(await threadProcessorMs(`${process.pid}/task/${process.pid}`)).toBeLessThanOrEqual((await processProcessorMs(process.pid)) ?? 0);
  });

  it('is not known of what is not there', async () => {
    expect(await processProcessorMs(2 ** 30)).toBeUndefined();
    expect(await threadProcessorMs('self/task/0')).toBeUndefined();
  });
});
