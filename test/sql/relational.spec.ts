import fc from 'fast-check';
import type { Aggregates, Flow, Rows } from 'flowserve';
import { pipeline, store } from 'flowserve';
import { describe, expect, it } from 'vitest';
import { type AnyRow, bool, type Columns, float64, int32, int64, nullable, text } from '../../src/schema/column.ts';
import { Sqlite, toSql } from './sqlite.ts';

/*
 * The verbs that SQL has too, over random tables with duplicates, nulls and NaN, or without rows: the runtime gives what SQLite gives.
 */

const columns = {
  side: text,
  k: nullable(text),
  f: nullable(float64),
  b: nullable(bool),
  n: nullable(int32),
  q: nullable(float64),
  id: int32,
  big: int64,
} as const;
type Input = typeof columns;
const keys = ['k', 'f', 'b', 'n', 'big'] as const;

const row = fc.record(
  {
    side: fc.constantFrom('left', 'right'),
    k: fc.constantFrom('', 'a', 'b', 'NaN', null),
    f: fc.constantFrom(0, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, null),
    b: fc.constantFrom(true, false, null),
    n: fc.option(fc.integer({ min: -3, max: 3 })),
    // Quarters, whose sums are exact in any order.
    q: fc.option(fc.integer({ min: -9, max: 9 }).map((quarters) => quarters / 4)),
    big: fc.constantFrom(1n, 2n),
  },
  { noNullPrototype: true },
);
const tables = fc.array(row, { maxLength: 12 }).map((rows) => rows.map((each, id): AnyRow => ({ ...each, id })));
const someKeys = fc.subarray([...keys], { minLength: 1 });

const sqlite = await Sqlite.open();

/** What a pipeline answers, as SQLite would write it. */
async function answer(rows: readonly AnyRow[], build: (flow: Flow<Input>) => Rows<Columns, string>): Promise<readonly unknown[]> {
  await using made = pipeline('relational', columns, build);
  return (await made.run(rows as Parameters<typeof made.run>[0])).map((given) =>
    Object.fromEntries(Object.entries(given).map(([name, value]) => [name, toSql(value)])),
  );
}

function select(rows: readonly AnyRow[], sql: string): readonly unknown[] {
  sqlite.load('t', Object.keys(columns), rows);
  return sqlite.query(sql);
}

/** Checks a pipeline against a query for many tables and keys. */
function equalsSql(
  build: (flow: Flow<Input>, on: readonly Key[]) => Rows<Columns, string>,
  sql: (on: readonly Key[]) => string,
): Promise<void> {
  const property = fc.asyncProperty(tables, someKeys, async (rows, on) => {
    expect(await answer(rows, (flow) => build(flow, on))).toEqual(select(rows, sql(on)));
  });
  return fc.assert(property, { numRuns: 150 });
}
type Key = (typeof keys)[number];

describe('filter, select and rename', () => {
  it('are where, the list of columns, and as', () =>
    equalsSql(
      (flow) =>
        flow
          .filter(['n'], ({ n }) => n !== null && n > 0)
          .rename({ k: 'label' })
          .select('label', 'f', 'n'),
      () => 'select k as label, f, n from t where n > 0 order by rowid',
    ));
});

describe('joinOn', () => {
  const left = (flow: Flow<Input>) => flow.filter(({ side }) => side === 'left').select(...keys, 'id');
  const right = (flow: Flow<Input>) =>
    flow
      .filter(({ side }) => side === 'right')
      .rename({ id: 'other' })
      .select(...keys, 'other');
  const others = (on: readonly Key[]) => keys.filter((key) => !on.includes(key));
  const renamed = (on: readonly Key[]) => Object.fromEntries(others(on).map((key) => [key, `${key}2`]));
  const join = (how: 'inner' | 'left' | 'outer') => (flow: Flow<Input>, on: readonly Key[]) =>
    left(flow).joinOn(right(flow).rename(renamed(on) as Record<Key, string>), { on: on as [Key, ...Key[]], how }) as unknown as Rows<
      Columns,
      string
    >;
  const query = (kind: string) => (on: readonly Key[]) => {
    const shared = on.map((key) => `coalesce(l.${key}, r.${key}) as ${key}`);
    const apart = others(on).flatMap((key) => [`l.${key} as ${key}`, `r.${key} as ${key}2`]);
    return `with l as (select *, rowid as at from t where side = 'left'), r as (select *, rowid as at from t where side = 'right')
      select ${[...shared, ...apart].join(', ')}, l.id as id, r.id as other from l ${kind} join r on ${on.map((key) => `l.${key} = r.${key}`).join(' and ')}
      order by l.at is null, l.at, r.at`;
  };

  it('inner is an inner join, in the order of the left rows, then of the right ones', () => equalsSql(join('inner'), query('inner')));
  it('left is a left join', () => equalsSql(join('left'), query('left')));
  it('outer is a full join', () => equalsSql(join('outer'), query('full')));
});

describe('join by identity', () => {
  const join = (how: 'inner' | 'left' | 'outer') => (flow: Flow<Input>) =>
    flow
      .filter(({ n }) => n !== null && n >= 0)
      .select('id', 'k')
      .join(
        flow
          .filter(({ b }) => b === true)
          .rename({ id: 'other' })
          .select('other'),
        { how },
      );
  const query = (kind: string) => () =>
    `with l as (select *, rowid as at from t where n >= 0), r as (select *, rowid as at from t where b)
    select l.id as id, l.k as k, r.id as other from l ${kind} join r on l.at = r.at order by coalesce(l.at, r.at)`;

  it('inner is an inner join on the number of the row', () => equalsSql(join('inner'), query('inner')));
  it('left is a left join', () => equalsSql(join('left'), query('left')));
  it('outer is a full join', () => equalsSql(join('outer'), query('full')));
});

describe('union', () => {
  it('of one origin is union all, row by row', () =>
    equalsSql(
      (flow) =>
        flow
          .filter(({ b }) => b === true)
          .select('k', 'n')
          .union(flow.select('k', 'n'), flow.filter(({ n }) => n === 1).select('n', 'k')),
      () => `select k, n from (select k, n, rowid as at, 1 as i from t where b union all select k, n, rowid, 2 from t
        union all select k, n, rowid, 3 from t where n = 1) order by at, i`,
    ));

  it('of several is union all, flow by flow', () =>
    equalsSql(
      (flow) => flow.select('k').union(flow.groupBy('k').agg(() => ({}))),
      () => `select k from (select k, 1 as i, rowid as at from t union all select k, 2, min(rowid) from t group by k) order by i, at`,
    ));
});

describe('agg', () => {
  const matching = (on: readonly Key[]) => on.map((key) => `u.${key} is t.${key}`).join(' and ') || 'true';
  const one = (value: string, on: readonly Key[], where: string, order: string) =>
    `(select u.${value} from t u where ${matching(on)} and ${where} order by ${order} limit 1)`;
  const aggregates: Readonly<Record<string, readonly [(a: Aggregates<Input>) => Columns[string], (on: readonly Key[]) => string]>> = {
    count: [(a) => a.count(), () => 'count(*)'],
    'sum of whole numbers': [(a) => a.sum('n'), () => 'total(n)'],
    'sum of floats': [(a) => a.sum('q'), () => 'total(q)'],
    avg: [(a) => a.avg('q'), () => 'avg(q)'],
    min: [(a) => a.min('n'), () => 'min(n)'],
    max: [(a) => a.max('n'), () => 'max(n)'],
    'min of text': [(a) => a.min('k'), () => 'min(k)'],
    'max of int64': [(a) => a.max('big'), () => 'max(big)'],
    first: [(a) => a.first('n'), (on) => one('n', on, 'u.n is not null', 'u.rowid')],
    argMax: [(a) => a.argMax('k', { by: 'n' }), (on) => one('k', on, 'u.n is not null', 'u.n desc, u.rowid')],
    argMin: [(a) => a.argMin('id', { by: 'q' }), (on) => one('id', on, 'u.q is not null', 'u.q, u.rowid')],
    collect: [(a) => a.collect('n'), () => 'json_group_array(n order by rowid) filter (where n is not null)'],
    'collect of records': [
      (a) => a.collect(['id', 'k'], { sortBy: 'n' }),
      () => `json_group_array(json_object('id', id, 'k', k) order by n is null, n, rowid)`,
    ],
  };

  it.each(Object.entries(aggregates))('%s is that of a group by, groups in the order in which they are first seen', (_, [build, sql]) =>
    equalsSql(
      (flow, on) => flow.groupBy(...(on as [Key, ...Key[]])).agg((a) => ({ value: build(a as Aggregates<Input>) })),
      (on) => `select ${on.join(', ')}, ${sql(on)} as value from t group by ${on.join(', ')} order by min(rowid)`,
    ),
  );

  it.each(Object.entries(aggregates))('%s is that of all rows, also of none', (_, [build, sql]) =>
    equalsSql(
      (flow) => flow.agg((a) => ({ value: build(a as Aggregates<Input>) })),
      // A query within needs no table around it.
      () => `select ${sql([])} as value${sql([]).startsWith('(') ? '' : ' from t'}`,
    ),
  );

  it('without aggregates is distinct', () =>
    equalsSql(
      (flow, on) => flow.groupBy(...(on as [Key, ...Key[]])).agg(() => ({})),
      (on) => `select ${on.join(', ')} from t group by ${on.join(', ')} order by min(rowid)`,
    ));
});

describe('groups', () => {
  const size = (on: readonly Key[]) => `(select count(*) from t u where ${on.map((key) => `u.${key} is t.${key}`).join(' and ')})`;

  it('are filtered as by having, and stay rows in their order', () =>
    equalsSql(
      (flow, on) =>
        flow
          .groupBy(...(on as [Key, ...Key[]]))
          .filter((group) => group.length > 1)
          .combine()
          .select('id'),
      (on) => `select id from t where ${size(on)} > 1 order by rowid`,
    ));

  it('are mapped as by a window', () =>
    equalsSql(
      (flow, on) =>
        flow
          .groupBy(...(on as [Key, ...Key[]]))
          .map({ place: int32, of: int32 }, (group) => group.map((_, i) => ({ place: i + 1, of: group.length })))
          .combine(),
      (on) =>
        `select ${on.join(', ')}, row_number() over (partition by ${on.join(', ')} order by rowid) as place, ${size(on)} as "of" from t order by rowid`,
    ));
});

describe('lookup', () => {
  it('is a left join to a table of keys', () => {
    const entries = [
      ['1', 'one'],
      ['2', 'two'],
    ] as const;
    const names = store('names', { key: int64, value: text, entries: entries.map(([key, value]) => [BigInt(key) + 1n, value]) });
    return equalsSql(
      (flow) => flow.select('big').lookup(names, { key: 'big', as: 'name', missing: 'null' }),
      () =>
        `select t.big as big, names.value as name from t left join (select 2 as key, 'one' as value union select 3, 'two') names on names.key = t.big order by t.rowid`,
    );
  });
});
