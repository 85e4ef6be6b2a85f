import { describe, expect, it, onTestFinished } from 'vitest';
import { EmbeddedRuntime } from '../../src/runtime/embedded/embedded-runtime.ts';
import { RequestScope } from '../../src/runtime/request-scope.ts';
import { settingsOf } from '../../src/serving/settings.ts';
import { programFor } from '../support/threads.ts';

async function runtimeOf(name: string): Promise<{ readonly runtime: EmbeddedRuntime; readonly notes: () => readonly string[] }> {
  const { plan, program, notes } = await programFor(name);
  const runtime = await EmbeddedRuntime.start(plan, settingsOf(plan, { program, workers: 1, onOutput: () => {} }));
  onTestFinished(() => runtime.close());
  return { runtime, notes };
}

const ask = async (runtime: EmbeddedRuntime, n: number) => (await runtime.run([{ n }], new RequestScope())).rows;

describe('a task on threads that is scaled', () => {
  it('answers every request on more threads and on fewer, and keeps counting', async () => {
    const { runtime } = await runtimeOf('doubled');
    const [pool] = runtime.pools;
    const numbers = Array.from({ length: 100 }, (_, i) => i * 3 + 1);
    const before = numbers.map((n) => ask(runtime, n));
    await pool?.scaleTo(3);
    const during = numbers.map((n) => ask(runtime, n));
    await pool?.scaleTo(1);
    const after = numbers.map((n) => ask(runtime, n));
    const answers = (await Promise.all([...before, ...during, ...after])).flat();
    expect(answers.map(({ n }) => n)).toEqual([...numbers, ...numbers, ...numbers].map((n) => n * 2));
    expect(new Set(answers.map(({ thread }) => thread)).size).toBe(3);
    expect(runtime.statistics()[0]?.stages[0]).toMatchObject({ rows: 300, failures: 0 });
    expect(pool?.statistics()).toMatchObject({ ready: 1, draining: 0, outstanding: 0, arrivals: 300, completions: 300 });
  });

  it('sets up those that come, and tears down those that go', async () => {
    const { runtime, notes } = await runtimeOf('watched');
    const [pool] = runtime.pools;
    await pool?.scaleTo(2);
    await pool?.scaleTo(1);
    expect(notes().slice(0, 2)).toEqual(['setup 0', 'setup 1']);
    expect(notes()[2]).toMatch(/^teardown [01]$/);
    expect(notes()).toHaveLength(3);
  });

  it('says what its thread costs', async () => {
    const { runtime } = await runtimeOf('doubled');
    expect(runtime.pools.map(({ name, replicas }) => ({ name, replicas }))).toEqual([{ name: 'task 1', replicas: 1 }]);
    expect(runtime.pools[0]?.memoryBytes).toBeGreaterThan(2 ** 20);
  });
});
