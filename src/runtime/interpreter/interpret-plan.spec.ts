import { describe, expect, it } from 'vitest';
import { n, rowsOf } from '../../../test/support/stages.ts';
import { buildPlan } from '../../language/builder.ts';
import * as language from '../../language/stage.ts';
import type { AnyRow } from '../../schema/column.ts';
import { interpretPlan } from './interpret-plan.ts';

// As JavaScript sees them: what the compiler would refuse is tried here too.
const { stage, batchStage, expander } = language as unknown as Record<'stage' | 'batchStage' | 'expander', (definition: object) => never>;
const columns = { name: 'double', input: n, output: n };
const double = ({ n: value }: AnyRow): AnyRow => ({ n: Number(value) * 2 });
const through = (verb: 'map' | 'flatMap', made: never, rows: readonly AnyRow[]): Promise<readonly AnyRow[]> =>
  interpretPlan(
    buildPlan('test', n, (flow) => flow[verb](made), {}),
    rows,
  );

describe('interpreting a plan', () => {
  it('sets each stage up once, gives it its state, and tears it down', async () => {
    const events: string[] = [];
    const spec = stage({
      ...columns,
      run: (row: AnyRow, { state }: { readonly state: unknown }) => ({ n: Number(row.n) + Number(state) }),
      setup: ({ index }: { readonly index: number }) => events.push(`setup ${index}`) * 10,
      teardown: (state: unknown) => events.push(`teardown ${state}`),
    });
    expect(await through('map', spec, rowsOf(1, 2))).toEqual(rowsOf(11, 12));
    expect(events).toEqual(['setup 0', 'teardown 10']);
  });

  it('tears down after a failure too', async () => {
    const events: string[] = [];
    const run = (): never => {
      throw new Error('it is bad');
    };
    const spec = stage({ ...columns, run, teardown: () => events.push('teardown') });
    await expect(through('map', spec, rowsOf(1))).rejects.toThrow('[STAGE_FAILED] stage "double" failed: it is bad');
    expect(events).toEqual(['teardown']);
  });

  it('calls a batch stage with at most maxBatch rows', async () => {
    const sizes: number[] = [];
    const run = (rows: readonly AnyRow[]): readonly AnyRow[] => {
      sizes.push(rows.length);
      return rows.map(double);
    };
    expect(await through('map', batchStage({ ...columns, run, maxBatch: 2 }), rowsOf(1, 2, 3, 4, 5))).toEqual(rowsOf(2, 4, 6, 8, 10));
    expect(sizes).toEqual([2, 2, 1]);
  });

  it('takes what a generator gives', async () => {
    const spec = expander({
      ...columns,
      *run(row: AnyRow) {
        yield row;
        yield double(row);
      },
    });
    expect(await through('flatMap', spec, rowsOf(1, 5))).toEqual(rowsOf(1, 2, 5, 10));
  });

  it('compares what a stage returns with its columns', async () => {
    const wrong = stage({ ...columns, run: () => ({ m: 1 }) });
    await expect(through('map', wrong, rowsOf(1))).rejects.toThrow(
      '[OUTPUT_INVALID] stage "double" returned a wrong row: column "n" (int32) is missing',
    );
    const short = batchStage({ ...columns, run: () => [] });
    await expect(through('map', short, rowsOf(1))).rejects.toThrow('[BATCH_SIZE_CHANGED] stage "double" was given 1 rows but returned 0');
  });

  it('fails a stage that changes its row', async () => {
    const run = (row: AnyRow): AnyRow => Object.assign(row, { n: 2 });
    await expect(through('map', stage({ ...columns, run }), rowsOf(1))).rejects.toThrow('stage "double" changed a row that it was given');
  });
});
