import { describe, expect, it } from 'vitest';
import { defer } from '../../../test/support/settle.ts';
import { MeterLog, rowsOf } from '../../../test/support/stages.ts';
import { FlowError } from '../../errors/flow-error.ts';
import { VirtualClock } from '../../simulator/virtual-clock.ts';
import { RequestScope } from '../request-scope.ts';
import { Batcher } from './batcher.ts';
import { Gathering } from './gathering.ts';

const failure = (): FlowError => new FlowError('STAGE_FAILED', 'failed');

/** A gathering before a stage whose first call never ends, and how rows come to it. */
function behindOneCall(maxBatch: number) {
  const clock = new VirtualClock();
  const gathering = new Gathering(maxBatch);
  const batcher = new Batcher({
    clock,
    maxBatch,
    meter: new MeterLog(),
    failure,
    late: failure,
    mayRepeat: true,
    call(rows) {
      gathering.called(rows.length);
      return defer<never>().promise;
    },
  });
  gathering.add(batcher);
  const come = (count: number): void => {
    const rows = rowsOf(...Array.from({ length: count }, (_, i) => i));
    gathering.came(count);
    Promise.resolve(batcher.run(rows, new RequestScope())).catch(() => {});
  };
  return { clock, gathering, come };
}

describe('rows that wait to be put together', () => {
  it('are none where all are under way', () => {
    const { gathering, come } = behindOneCall(8);
    come(1);
    expect(gathering.waiting(5)).toEqual({ arrivals: 1, calls: 0, oldestWaitMs: 0 });
  });

  it('count as the calls that would be made of them, however small calls were in quiet times', () => {
    const { gathering, come } = behindOneCall(8);
    come(1);
    for (let i = 0; i < 16; i++) come(1);
    const { arrivals, calls } = gathering.waiting(5);
    expect(calls).toBe(2);
    expect(arrivals).toBeLessThan(6);
  });

  it('have waited for as long as the first of them', () => {
    const { clock, gathering, come } = behindOneCall(8);
    come(1);
    come(1);
    clock.advance(20);
    come(1);
    expect(gathering.waiting(clock.now()).oldestWaitMs).toBe(20);
  });

  it('have never come less often than before', () => {
    const { gathering, come } = behindOneCall(4);
    let before = 0;
    for (let i = 1; i < 50; i++) {
      come((i * 7) % 5);
      if (i % 3 === 0) gathering.called((i % 4) + 1);
      const { arrivals } = gathering.waiting(0);
      expect(arrivals).toBeGreaterThanOrEqual(before);
      before = arrivals;
    }
  });
});
