import { describe, expect, it } from 'vitest';
import { unhandledRejections } from '../../../test/support/settle.ts';
import { environmentOf, rowsOf } from '../../../test/support/stages.ts';
import { FlowError } from '../../errors/flow-error.ts';
import { RequestScope } from '../request-scope.ts';
import { predicateStage } from './predicate-stage.ts';

function predicateOf(test: (row: { readonly n: number }) => unknown, scope = new RequestScope()): () => readonly boolean[] {
  const judge = test as unknown as () => boolean;
  return () => predicateStage(environmentOf({ kind: 'predicate', test: judge }, { name: 'filter#1' }), judge)(rowsOf(1, 2), scope);
}

describe('a predicate', () => {
  it('says for each row whether it is kept', () => {
    expect(predicateOf(({ n }) => n > 1)()).toEqual([false, true]);
  });

  it.each([[1], [0], [''], [undefined], [null]])('does not take %o for true or false', (verdict) => {
    expect(predicateOf(() => verdict)).toThrow(/^\[OUTPUT_INVALID\] filter#1 must return true or false but returned /);
  });

  it('does not take a promise for true, nor lets its failure end the process', async () => {
    const unheard = await unhandledRejections(async () => {
      expect(predicateOf(() => Promise.reject(new Error('no')))).toThrow('returned a Promise');
    });
    expect(unheard).toEqual([]);
  });

  it('fails the request with what it throws', () => {
    expect(
      predicateOf(() => {
        throw new Error('bad');
      }),
    ).toThrow('[STAGE_FAILED] stage "filter#1" failed: bad');
  });

  it('is not called for a request that has ended', () => {
    const scope = new RequestScope();
    scope.end(new FlowError('REQUEST_CANCELLED', 'gone'));
    expect(predicateOf(() => true, scope)).toThrow('gone');
  });
});
