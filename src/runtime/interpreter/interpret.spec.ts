import { describe, expect, it } from 'vitest';
import { callStage } from '../../../test/support/call-stage.ts';
import { n, rowsOf } from '../../../test/support/stages.ts';
import { buildPlan, type FlowBuilder } from '../../language/builder.ts';
import { type AnyRow, int32, schemaOf } from '../../schema/column.ts';
import { interpret } from './interpret.ts';

const meaning = (rows: readonly AnyRow[], build: (flow: FlowBuilder) => FlowBuilder): Promise<readonly AnyRow[]> =>
  interpret(buildPlan('test', n, build, {}), rows, callStage);
const isOdd = ({ n: value }: AnyRow): boolean => Number(value) % 2 === 1;
const square = [schemaOf({ square: int32 }, 'square'), ({ n: value }: AnyRow) => ({ square: Number(value) ** 2 })] as const;
const downTo1 = [n, ({ n: value }: AnyRow) => rowsOf(...Array.from({ length: Number(value) }, (_, i) => Number(value) - i))] as const;

describe('the interpreter', () => {
  it('gives the rows of the request to a pipeline that does nothing', async () => {
    expect(await meaning(rowsOf(1, 2), (flow) => flow)).toEqual(rowsOf(1, 2));
  });

  it('maps, derives, filters, selects and renames', async () => {
    expect(await meaning(rowsOf(1, 2, 3), (flow) => flow.map(...square))).toEqual([{ square: 1 }, { square: 4 }, { square: 9 }]);
    const derived = await meaning(rowsOf(1, 2, 3), (flow) =>
      flow
        .filter(isOdd)
        .derive(...square)
        .rename({ n: 'root' })
        .select('square', 'root'),
    );
    expect(derived).toEqual([
      { square: 1, root: 1 },
      { square: 9, root: 3 },
    ]);
  });

  it('joins the rows of the cascade to those they came from', async () => {
    const cascade = (flow: FlowBuilder): FlowBuilder => flow.join(flow.filter(isOdd).map(...square), { how: 'left', as: 'odd' });
    expect(await meaning(rowsOf(2, 3), cascade)).toEqual([
      { n: 2, odd: null },
      { n: 3, odd: { square: 9 } },
    ]);
  });

  it('joins outer in the order of the rows of the request', async () => {
    const both = (flow: FlowBuilder): FlowBuilder =>
      flow.filter((row: AnyRow) => !isOdd(row)).join(flow.filter(isOdd).map(...square), { how: 'outer' });
    expect(await meaning(rowsOf(1, 2, 3), both)).toEqual([
      { n: null, square: 1 },
      { n: 2, square: null },
      { n: null, square: 9 },
    ]);
  });

  it('gathers the rows of a flatMap to their parents, also to those that have none', async () => {
    const gathered = await meaning(rowsOf(2, 0, 1), (flow) =>
      flow.flatMap(...downTo1).gather(flow, (a: { collect: (name: string) => unknown }) => ({ all: a.collect('n') })),
    );
    expect(gathered).toEqual([
      { n: 2, all: [2, 1] },
      { n: 0, all: [] },
      { n: 1, all: [1] },
    ]);
  });

  it('computes a step once that two others read', async () => {
    let calls = 0;
    const counted = (row: AnyRow): AnyRow => {
      calls++;
      return row;
    };
    await meaning(rowsOf(1), (flow) => {
      const shared = flow.map(n, counted);
      return shared.join(shared.filter(isOdd), { as: 'odd' });
    });
    expect(calls).toBe(1);
  });

  it('calls no stage without rows', async () => {
    const refuse = (): never => {
      throw new Error('called');
    };
    expect(
      await interpret(
        buildPlan('test', n, (flow) => flow.map(...square), {}),
        [],
        refuse,
      ),
    ).toEqual([]);
  });

  it('does not rename a column named like something that every object has', async () => {
    const columns = schemaOf({ constructor: int32, a: int32 }, 'test');
    const plan = buildPlan('test', columns, (flow) => flow.rename({ a: 'b' }), {});
    expect(await interpret(plan, [{ constructor: 1, a: 2 }], callStage)).toEqual([{ constructor: 1, b: 2 }]);
  });
});
