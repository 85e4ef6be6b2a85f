import { describe, expect, it } from 'vitest';
import { rowsOf } from '../test/support/stages.ts';
import { FlowError } from './errors/flow-error.ts';
import { stage } from './language/stage.ts';
import { type Pipeline, pipeline } from './pipeline.ts';
import { planOf } from './plan/program.ts';
import { int32, text } from './schema/column.ts';

const input = { n: int32 };
type Numbers = Pipeline<typeof input, typeof input>;

/** A pipeline that remembers how often it was set up and torn down. */
function watched(setup: (times: number) => unknown = () => {}): { readonly numbers: Numbers; readonly log: string[] } {
  const log: string[] = [];
  const pass = stage({
    name: 'pass',
    input,
    output: input,
    setup: () => {
      log.push('setup');
      return setup(log.length);
    },
    teardown: () => void log.push('teardown'),
    run: (row) => row,
  });
  return { numbers: pipeline('numbers', input, (rows) => rows.map(pass)), log };
}

describe('a pipeline', () => {
  it('has a name, its input and output columns, and a plan that only we can see', () => {
    const made = pipeline('words', { word: text }, (rows) => rows.map({ length: int32 }, ({ word }) => ({ length: word.length })));
    expect(made).toMatchObject({ name: 'words', input: { word: text }, output: { length: int32 } });
    expect(planOf(made)?.name).toBe('words');
    expect(Object.keys(made)).not.toContain('plan');
  });

  it('gives a function written in place the signal of its request', async () => {
    const caller = new AbortController();
    let heard: unknown;
    const waiting = pipeline('waiting', input, (rows) =>
      rows.map(input, (row, { signal }) => {
        signal.addEventListener('abort', () => {
          heard = signal.reason;
        });
        caller.abort();
        return new Promise(() => row);
      }),
    );
    await expect(waiting.run(rowsOf(1), { signal: caller.signal })).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
    expect(heard).toMatchObject({ code: 'REQUEST_CANCELLED' });
    await waiting.close();
  });

  it.each([[''], ['a b'], ['-a'], ['a/b'], [7]])('cannot be named %o', (name) => {
    expect(() => pipeline(name as string, input, (rows) => rows)).toThrow(expect.objectContaining({ code: 'PIPELINE_INVALID' }));
  });

  it('starts with its first request and only once', async () => {
    const { numbers, log } = watched();
    expect(log).toEqual([]);
    expect(await Promise.all([numbers.run(rowsOf(1)), numbers.run(rowsOf(2))])).toEqual([rowsOf(1), rowsOf(2)]);
    expect(log).toEqual(['setup']);
    await numbers.close();
    expect(log).toEqual(['setup', 'teardown']);
  });

  it('has nothing to close before its first request, nor twice', async () => {
    const { numbers, log } = watched();
    await numbers.close();
    await numbers.run(rowsOf(1));
    await Promise.all([numbers.close(), numbers.close()]);
    expect(log).toEqual(['setup', 'teardown']);
  });

  it('starts again with a request after it was closed', async () => {
    const { numbers, log } = watched();
    await numbers.run(rowsOf(1));
    await numbers.close();
    expect(await numbers.run(rowsOf(2))).toEqual(rowsOf(2));
    await numbers.close();
    expect(log).toEqual(['setup', 'teardown', 'setup', 'teardown']);
  });

  it('answers the request that started it when it is closed meanwhile', async () => {
    const { numbers, log } = watched();
    const answer = numbers.run(rowsOf(1));
    await numbers.close();
    expect(await answer).toEqual(rowsOf(1));
    expect(log).toEqual(['setup', 'teardown']);
  });

  it('tries to start again after a start that failed', async () => {
    const { numbers } = watched((times) => (times === 1 ? Promise.reject(new Error('not yet')) : undefined));
    await expect(numbers.run(rowsOf(1))).rejects.toMatchObject({ code: 'SETUP_FAILED' });
    expect(await numbers.run(rowsOf(2))).toEqual(rowsOf(2));
    await numbers.close();
  });

  it('leaves it to the request to tell of a failed start, when it is closed meanwhile', async () => {
    const { numbers } = watched(() => Promise.reject(new Error('never')));
    const answer = numbers.run(rowsOf(1)).catch((error: FlowError) => error.code);
    await numbers.close();
    expect(await answer).toBe('SETUP_FAILED');
  });

  it('does not lose a new start when an earlier one fails after it was closed', async () => {
    const { numbers, log } = watched((times) => (times === 1 ? Promise.reject(new Error('not yet')) : undefined));
    const failed = numbers.run(rowsOf(1)).catch((error: FlowError) => error.code);
    const closed = numbers.close();
    const answer = numbers.run(rowsOf(2));
    expect(await failed).toBe('SETUP_FAILED');
    await closed;
    expect(await answer).toEqual(rowsOf(2));
    await numbers.close();
    expect(log).toEqual(['setup', 'setup', 'teardown']);
  });

  it('passes the options of a request on', async () => {
    const slow = pipeline('slow', input, (rows) => rows.map(input, () => new Promise<never>(() => {})));
    const caller = new AbortController();
    const answer = slow.run(rowsOf(1), { signal: caller.signal });
    setImmediate(() => caller.abort());
    await expect(answer).rejects.toBeInstanceOf(FlowError);
    await slow.close();
  });
});
