import { describe, expect, it } from 'vitest';
import type { Flow, Rows } from '../language/flow.ts';
import { pipeline } from '../pipeline.ts';
import { type Columns, text } from '../schema/column.ts';
import type { PlanNode } from './node.ts';
import { planOf } from './program.ts';
import { children, countReaders, inOrder, keepsEveryRow, stagesOf } from './traverse.ts';

type Input = { readonly label: typeof text };

function planned(build: (rows: Flow<Input>) => Rows<Columns, string>): PlanNode {
  const plan = planOf(pipeline('words', { label: text }, build));
  if (plan === undefined) throw new Error('a pipeline has a plan');
  return plan.output;
}
const same = (row: { readonly label: string }) => row;
const mapped = (rows: Flow<Input>) => rows.map({ label: text }, same);
const kept = (rows: Flow<Input>) => rows.filter(() => true);

describe('the nodes of a plan', () => {
  const diamond = planned((rows) => {
    const clean = mapped(rows);
    return clean.join(mapped(kept(clean)), { as: 'twin' });
  });

  it('come once, each after the nodes it reads', () => {
    const nodes = inOrder(diamond);
    expect(nodes.map(({ op }) => op)).toEqual(['input', 'map', 'filter', 'map', 'join']);
    for (const [i, node] of nodes.entries()) for (const child of children(node)) expect(nodes.indexOf(child)).toBeLessThan(i);
  });

  it('count their readers, a reader that reads twice as two', () => {
    const readers = countReaders(diamond);
    expect(inOrder(diamond).map((node) => readers.get(node))).toEqual([1, 2, 1, 1, undefined]);
    const twin = planned((rows) => rows.join(rows, { as: 'twin' }));
    expect([...countReaders(twin).values()]).toEqual([2]);
  });

  it('are read left to right', () => {
    const gathered = planned((rows) => rows.flatMap({ word: text }, () => []).gather(mapped(rows), (a) => ({ n: a.count() })));
    expect(children(gathered).map(({ op }) => op)).toEqual(['flatMap', 'map']);
  });

  it('have their stages by name, and a filter has one too', () => {
    expect([...stagesOf(diamond).keys()]).toEqual(['map#1', 'filter#1', 'map#2']);
  });

  it('may be shared by so many that walking every path would not end', () => {
    let node = planned((rows) => rows);
    for (let i = 0; i < 60; i++) node = { op: 'join', left: node, right: node, how: 'inner', as: null, columns: {}, origin: node.origin };
    expect(inOrder(node)).toHaveLength(61);
  });
});

describe('a plan', () => {
  const keeps = (build: (rows: Flow<Input>) => Rows<Columns, string>) => keepsEveryRow(planned(build));

  it('keeps every row through map, derive, select and rename', () => {
    expect(keeps((rows) => rows)).toBe(true);
    expect(
      keeps((rows) =>
        mapped(rows)
          .derive({ twice: text }, ({ label }) => ({ twice: label }))
          .select('label')
          .rename({ label: 'name' }),
      ),
    ).toBe(true);
  });

  it('does not keep every row through filter and flatMap', () => {
    expect(keeps(kept)).toBe(false);
    expect(keeps((rows) => mapped(kept(rows)))).toBe(false);
    expect(keeps((rows) => rows.flatMap({ word: text }, () => []))).toBe(false);
  });

  const all = mapped;
  const some = kept;
  it.each([
    ['inner', all, all, true],
    ['inner', all, some, false],
    ['inner', some, all, false],
    ['inner', some, some, false],
    ['left', all, all, true],
    ['left', all, some, true],
    ['left', some, all, false],
    ['left', some, some, false],
    ['outer', all, all, true],
    ['outer', all, some, true],
    ['outer', some, all, true],
    ['outer', some, some, false],
  ] as const)('through an %s join (case %#) when a side says so', (how, left, right, expected) => {
    expect(keeps((rows) => left(rows).join(right(rows), { how, as: 'other' }))).toBe(expected);
  });

  it('keeps every row through gather when the parent does, whatever becomes of the children', () => {
    const words = (rows: Flow<Input>) => rows.flatMap({ word: text }, () => []).filter(() => false);
    expect(keeps((rows) => words(rows).gather(rows, (a) => ({ n: a.count() })))).toBe(true);
    expect(keeps((rows) => words(rows).gather(kept(rows), (a) => ({ n: a.count() })))).toBe(false);
  });

  it('does not keep every row of the request in a level below it', () => {
    const build = (rows: Flow<Input>) => {
      const words = rows.flatMap({ word: text }, () => []);
      return words.flatMap({ letter: text }, () => []).gather(words, (a) => ({ n: a.count() }));
    };
    expect(keeps(build)).toBe(false);
  });
});
