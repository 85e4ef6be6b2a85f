import { describe, expect, it } from 'vitest';
import { deploy } from '../../src/deploy.ts';
import { pipeline, text } from '../../src/index.ts';
import { python } from '../../src/python.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import type { DeploymentOptions } from '../../src/serving/settings.ts';
import { functions } from '../support/python/stages.ts';
import { onThreads } from '../support/threads.ts';

const numbers = Array.from({ length: 60 }, (_, n) => n);

async function scaled(name = 'scaled', options: DeploymentOptions = {}) {
  const { deployment, crashes } = await onThreads(name, { clock: systemClock, timeoutMs: 60_000, ...options }, 'scaling');
  const ask = async (n: number) => {
    const [row] = await deployment.run([{ n }]);
    return row as { readonly n: number; readonly thread: number };
  };
  const replicas = (): number | undefined => deployment.statistics().pools[0]?.replicas;
  return { deployment, crashes, ask, replicas };
}

describe('a stage with replicas from 1 to 4', () => {
  it('has more of them once calls wait, which answer like the first', async () => {
    const { ask, replicas } = await scaled();
    expect(replicas()).toBe(1);
    const answers = await Promise.all(numbers.map(ask));
    expect(answers.map(({ n }) => n)).toEqual(numbers);
    expect(replicas()).toBe(4);
    expect(new Set(answers.map(({ thread }) => thread)).size).toBeGreaterThan(1);
  });

  it('loses the calls of a worker that ends while others start, and no more', async () => {
    const { ask, crashes, replicas } = await scaled();
    const outcomes = await Promise.allSettled([-1, ...numbers].map(ask));
    const lost = outcomes.filter(({ status }) => status === 'rejected');
    expect(lost).not.toEqual([]);
    // Those that its worker had been given.
    expect(lost.length).toBeLessThanOrEqual(2);
    expect(crashes.map(({ code }) => code)).toEqual(['REPLICA_CRASHED']);
    expect(replicas()).toBe(4);
  });

  it('answers what it has when it is closed while it grows', async () => {
    const { deployment, ask, replicas } = await scaled();
    const answers = numbers.map(ask);
    await answers[8];
    expect(replicas()).toBeGreaterThan(1);
    await deployment.close();
    expect(await Promise.all(answers)).toHaveLength(60);
  });
});

describe.runIf(process.platform === 'linux')('stages on two cores', () => {
  it('have no more replicas than these where they compute, whatever else they are allowed', async () => {
    const { ask, replicas } = await scaled('computing', { cores: 2 });
    const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => ask(n)));
    expect(answers).toHaveLength(200);
    // A replica that computes for less than seven eighths of its time leaves room for one more.
    expect(replicas()).toBeLessThanOrEqual(3);
    expect(replicas()).toBeGreaterThanOrEqual(2);
  });

  it('have more where they only wait', async () => {
    const { ask, replicas } = await scaled('scaled', { cores: 2 });
    await Promise.all(numbers.map(ask));
    expect(replicas()).toBe(4);
  });
});

describe('a stage in Python with processes from 1 to 4', () => {
  it('has more of them once rows wait for their calls, and answers each row as it was asked', async () => {
    const columns = { text };
    const act = python({
      name: 'act',
      module: functions,
      function: 'act',
      input: columns,
      output: columns,
      replicas: { min: 1, max: 4 },
      maxBatch: 1,
    });
    await using deployed = await deploy(
      pipeline('acting', columns, (rows) => rows.map(act)),
      { workers: 1 },
    );
    const ask = async (seconds: number): Promise<string> => {
      const [row] = await deployed.run([{ text: `sleep ${seconds}` }]);
      return row?.text ?? '';
    };
    for (let quiet = 0; quiet < 5; quiet++) await ask(0.02);
    expect(deployed.statistics().pools[0]?.replicas).toBe(1);
    const asked = numbers.map((n) => 0.04 + n / 1e4);
    const answers = await Promise.all(asked.map(ask));
    expect(answers.map((answer) => answer.split(' ').slice(1).join(' '))).toEqual(asked.map((seconds) => `sleep ${seconds}`));
    expect(deployed.statistics().pools[0]?.replicas).toBe(4);
    expect(new Set(answers.map((answer) => answer.split(' ')[0])).size).toBeGreaterThan(1);
  });
});
