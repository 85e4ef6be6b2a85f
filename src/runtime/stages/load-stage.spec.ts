import { describe, expect, it } from 'vitest';
import { specOf } from '../../../test/support/stages.ts';
import { FlowError } from '../../errors/flow-error.ts';
import { loadStage } from './load-stage.ts';

const replica = { index: 3 };
const implementation = { kind: 'row', run: () => ({ n: 1 }) } as const;

describe('a loaded stage', () => {
  it('has what setup returned for this replica', async () => {
    const loaded = await loadStage(specOf(implementation, { setup: async ({ index }) => `state ${index}` }), replica);
    expect(loaded.state).toBe('state 3');
  });

  it('needs no setup', async () => {
    const loaded = await loadStage(specOf(implementation), replica);
    expect(loaded.state).toBeUndefined();
    await loaded.close();
  });

  it('gives teardown what setup returned', async () => {
    let closed: unknown;
    const teardown = (state: unknown): void => {
      closed = state;
    };
    await (await loadStage(specOf(implementation, { setup: () => 'state', teardown }), replica)).close();
    expect(closed).toBe('state');
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no licence');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no licence'))],
  ])('says which setup %s, and why', async (_, setup) => {
    const loading = loadStage(specOf(implementation, { setup }), replica);
    await expect(loading).rejects.toMatchObject({
      code: 'SETUP_FAILED',
      problem: 'setup of stage "double" failed: no licence',
      cause: { message: 'no licence' },
    });
  });

  it('passes an error with a code on as it is', async () => {
    const own = new FlowError('FILE_MISSING', 'mine');
    await expect(loadStage(specOf(implementation, { setup: () => Promise.reject(own) }), replica)).rejects.toBe(own);
  });
});
