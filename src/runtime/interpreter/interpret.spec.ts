import { describe, expect, it } from 'vitest';
import { n, rowsOf } from '../../../test/support/stages.ts';
import { buildPlan, type FlowBuilder } from '../../language/builder.ts';
import { type AnyRow, bool, int32, schemaOf, text } from '../../schema/column.ts';
import { store } from '../../store.ts';
import { interpret } from './interpret.ts';
import { interpretPlan } from './interpret-plan.ts';

const meaning = (rows: readonly AnyRow[], build: (flow: FlowBuilder) => FlowBuilder): Promise<readonly AnyRow[]> =>
  interpretPlan(buildPlan('test', n, build, {}), rows);
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

  const parity = [schemaOf({ odd: bool }, 'parity'), (row: AnyRow) => ({ odd: isOdd(row) })] as const;
  const inGroups = (flow: FlowBuilder) => flow.derive(...parity).groupBy('odd');
  interface Aggregating {
    count(): unknown;
    collect(name: string): unknown;
  }
  const all = (a: Aggregating) => ({ count: a.count(), all: a.collect('n') });

  it('aggregates groups in the order in which they are first seen, and all rows, also none', async () => {
    expect(await meaning(rowsOf(2, 1, 4, 3), (flow) => inGroups(flow).agg(all))).toEqual([
      { odd: false, count: 2, all: [2, 4] },
      { odd: true, count: 2, all: [1, 3] },
    ]);
    expect(await meaning([], (flow) => flow.agg(all))).toEqual([{ count: 0, all: [] }]);
    expect(await meaning([], (flow) => inGroups(flow).agg(all))).toEqual([]);
  });

  it('filters and maps groups, whose rows stay where they were', async () => {
    const ranks = [
      schemaOf({ rank: int32, of: int32 }, 'ranks'),
      (rows: readonly AnyRow[]) => rows.map((_, rank) => ({ rank, of: rows.length })),
    ] as const;
    const isLarge = (rows: readonly AnyRow[]): boolean => rows.length > 1;
    expect(await meaning(rowsOf(2, 1, 4), (flow) => inGroups(flow).filter(isLarge).combine())).toEqual([
      { n: 2, odd: false },
      { n: 4, odd: false },
    ]);
    expect(
      await meaning(rowsOf(2, 1, 4), (flow) =>
        inGroups(flow)
          .map(...ranks)
          .combine(),
      ),
    ).toEqual([
      { odd: false, rank: 0, of: 2 },
      { odd: true, rank: 0, of: 1 },
      { odd: false, rank: 1, of: 2 },
    ]);
  });

  it('looks values up', async () => {
    const names = store('names', { key: int32, value: text, entries: [[1, 'one']] });
    const looking = (missing: string) => (flow: FlowBuilder) => flow.lookup(names, { key: 'n', as: 'name', missing });
    expect(await meaning(rowsOf(1, 2), looking('null'))).toEqual([
      { n: 1, name: 'one' },
      { n: 2, name: null },
    ]);
    await expect(meaning(rowsOf(1, 2), looking('error'))).rejects.toMatchObject({ code: 'LOOKUP_MISSING' });
  });

  it('joins by keys: all pairs, then what is left of the right side', async () => {
    const twice = (flow: FlowBuilder) =>
      flow.flatMap(schemaOf({ n: int32, m: int32 }, 'm'), ({ n: value }: AnyRow) => [
        { n: value, m: 1 },
        { n: 3, m: 2 },
      ]);
    expect(await meaning(rowsOf(3), (flow) => flow.joinOn(twice(flow), { on: 'n' }))).toEqual([
      { n: 3, m: 1 },
      { n: 3, m: 2 },
    ]);
    expect(await meaning(rowsOf(1, 2), (flow) => flow.filter(isOdd).joinOn(twice(flow), { on: 'n', how: 'outer' }))).toEqual([
      { n: 1, m: 1 },
      { n: 3, m: 2 },
      { n: 2, m: 1 },
      { n: 3, m: 2 },
    ]);
  });

  it('unites rows of one origin row by row, others one after another', async () => {
    expect(await meaning(rowsOf(1, 2, 3), (flow) => flow.union(flow.filter(isOdd)))).toEqual(rowsOf(1, 1, 2, 3, 3));
    expect(await meaning(rowsOf(2, 1), (flow) => flow.union(flow.flatMap(...downTo1)))).toEqual(rowsOf(2, 1, 2, 1, 1));
  });

  it('gathers a union to the rows that its flows stand for', async () => {
    const ensemble = (flow: FlowBuilder) => flow.union(flow.filter(isOdd), flow).gather(flow.rename({ n: 'root' }), all);
    expect(await meaning(rowsOf(1, 2), ensemble)).toEqual([
      { root: 1, count: 3, all: [1, 1, 1] },
      { root: 2, count: 2, all: [2, 2] },
    ]);
  });

  it('takes the first of several flows any of which would do', async () => {
    expect(await meaning(rowsOf(1, 2), (flow) => flow.filter(isOdd).anyOf(flow))).toEqual(rowsOf(1));
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
    expect(await interpretPlan(plan, [{ constructor: 1, a: 2 }])).toEqual([{ constructor: 1, b: 2 }]);
  });
});
