import { describe, expect, it } from 'vitest';
import {
  agg,
  derive,
  filter,
  flatMap,
  gather,
  join,
  joinOn,
  lookup,
  map,
  rename,
  request,
  select,
  step,
  union,
} from '../../test/support/plan-nodes.ts';
import type { PlanNode } from '../plan/node.ts';
import { inOrder } from '../plan/traverse.ts';
import { neededColumns, needsOf } from './needs.ts';

const words = request('word', 'lang', 'raw');
const score = step('score: word → score');
const needs = (node: PlanNode, ...wanted: readonly string[]): readonly (readonly string[])[] =>
  needsOf(node, new Set(wanted)).map((names) => [...names].sort());

describe('the columns that a node needs', () => {
  it.each<[string, PlanNode, readonly string[], readonly (readonly string[])[]]>([
    ['a map: what its first stage reads', map(words, score, step('next: score → n')), ['n'], [['word']]],
    ['a derive: what is wanted and what its stage reads', derive(words, score), ['lang', 'score'], [['lang', 'word']]],
    ['a filter: what is wanted and what it reads', filter(words, 'lang'), ['raw'], [['lang', 'raw']]],
    ['a flatMap: what its stage reads', flatMap(words, step('cut: raw → bit')), ['bit'], [['raw']]],
    ['a select: what is wanted', select(words, 'word', 'lang'), ['lang'], [['lang']]],
    ['a rename: the old name', rename(words, { word: 'term' }), ['term', 'raw'], [['raw', 'word']]],
    [
      'a rename of other columns: what each object inherits is no new name',
      rename(request('constructor', 'lang'), { lang: 'language' }),
      ['constructor'],
      [['constructor']],
    ],
    ['a lookup: its key, not what it adds', lookup(words, 'word', 'meaning'), ['meaning'], [['word']]],
    [
      'an agg: its keys and what the wanted aggregates read',
      agg(words, ['lang'], { n: { kind: 'count' }, w: { kind: 'first', column: 'word' } }),
      ['n'],
      [['lang']],
    ],
    ['a join: of each side its own', join(words, map(words, score)), ['raw', 'score'], [['raw'], ['score']]],
    [
      'a join into one column: the right row whole',
      join(words, select(words, 'word', 'raw'), 'left', 'twin'),
      ['twin'],
      [[], ['raw', 'word']],
    ],
    [
      'a join into one column that nobody reads: nothing',
      join(words, select(words, 'word', 'raw'), 'inner', 'twin'),
      ['lang'],
      [['lang'], []],
    ],
    [
      'a join on a key: the key of both',
      joinOn(words, map(words, step('s: word → word, stem')), 'word'),
      ['stem'],
      [['word'], ['stem', 'word']],
    ],
    ['a union: the same of each', union(words, words), ['lang'], [['lang'], ['lang']]],
  ])('%s', (_, node, wanted, expected) => {
    expect(needs(node, ...wanted)).toEqual(expected);
  });

  it('a gather: of the rows what the wanted aggregates read, of their parents what is wanted', () => {
    const gathered = gather(flatMap(words, step('cut: word → bit')), words, {
      bits: { kind: 'collect', column: 'bit' },
      n: { kind: 'count' },
    });
    expect(needs(gathered, 'n', 'lang')).toEqual([[], ['lang']]);
    expect(needs(gathered, 'bits')).toEqual([['bit'], []]);
  });
});

describe('the columns of a plan that are read', () => {
  it('are all of the answer, and of each node what its readers need together', () => {
    const scored = derive(words, score);
    const root = join(select(scored, 'lang'), map(scored, step('next: score → n')), 'left');
    const needed = neededColumns(root);
    expect(inOrder(root).map((node) => [node.op, [...(needed.get(node) ?? [])].sort()])).toEqual([
      ['input', ['lang', 'word']],
      ['derive', ['lang', 'score']],
      ['select', ['lang']],
      ['map', ['n']],
      ['join', ['lang', 'n']],
    ]);
  });
});
