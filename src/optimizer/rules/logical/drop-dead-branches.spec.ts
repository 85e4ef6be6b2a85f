import { describe, expect, it } from 'vitest';
import { agg, derive, flatMap, gather, join, joinOn, lookup, map, request, select, step } from '../../../../test/support/plan-nodes.ts';
import type { PlanNode } from '../../../plan/node.ts';
import { explainRule } from '../../testing.ts';
import { dropDeadBranches } from './drop-dead-branches.ts';

const explain = (root: PlanNode): string => explainRule(dropDeadBranches, root);
const words = request('word', 'lang');
const score = step('score: word → score');
const log = step('log: word → id', { effects: true });
const letters = flatMap(words, step('letters: word → letter'));

describe('drop-dead-branches', () => {
  it('drops a derive of which nothing is read', () => {
    expect(explain(select(derive(words, score), 'lang'))).toMatchInlineSnapshot(`
      "Select lang
        Derive score [+ score: text]
          Input words [word: text, lang: text]
      ⇒
      Select lang
        Input words [word: text, lang: text]"
    `);
  });

  it('drops a lookup that may find nothing', () => {
    expect(explain(select(lookup(words, 'word', 'meaning', 'null'), 'lang'))).toMatchInlineSnapshot(`
      "Select lang
        Lookup meaning in names by word or null
          Input words [word: text, lang: text]
      ⇒
      Select lang
        Input words [word: text, lang: text]"
    `);
  });

  it('drops the right side of a left join', () => {
    expect(explain(select(join(words, map(words, score), 'left'), 'lang'))).toMatchInlineSnapshot(`
      "Select lang
        Join left by identity
          #1 Input words [word: text, lang: text]
          Map score [score: text]
            #1
      ⇒
      Select lang
        Input words [word: text, lang: text]"
    `);
    expect(explain(select(join(words, map(words, score), 'left', 'other'), 'lang'))).toMatchInlineSnapshot(`
      "Select lang
        Join left by identity as other
          #1 Input words [word: text, lang: text]
          Map score [score: text]
            #1
      ⇒
      Select lang
        Input words [word: text, lang: text]"
    `);
  });

  it('drops the aggregates that nobody reads, and a gather without any', () => {
    const counted = gather(letters, words, { n: { kind: 'count' }, all: { kind: 'collect', column: 'letter' } });
    expect(explain(select(counted, 'n'))).toMatchInlineSnapshot(`
      "Select n
        Gather n = count(), all = collect(letter)
          FlatMap letters [letter: text]
            #1 Input words [word: text, lang: text]
          #1
      ⇒
      Select n
        Gather n = count()
          FlatMap letters [letter: text]
            #1 Input words [word: text, lang: text]
          #1"
    `);
    expect(explain(select(counted, 'lang'))).toMatchInlineSnapshot(`
      "Select lang
        Gather n = count(), all = collect(letter)
          FlatMap letters [letter: text]
            #1 Input words [word: text, lang: text]
          #1
      ⇒
      Select lang
        Input words [word: text, lang: text]"
    `);
  });

  it('drops the aggregates of groups that nobody reads', () => {
    expect(
      explain(select(agg(words, ['lang'], { n: { kind: 'count' }, one: { kind: 'first', column: 'word' } }), 'lang')),
    ).toMatchInlineSnapshot(`
      "Select lang
        Agg by lang n = count(), one = first(word)
          Input words [word: text, lang: text]
      ⇒
      Agg by lang
        Input words [word: text, lang: text]"
    `);
  });

  it('drops what only a dropped branch needed', () => {
    expect(
      explain(select(join(words, derive(map(words, score), step('more: score → more')), 'left'), 'word', 'lang')),
    ).toMatchInlineSnapshot(`
      "Select word, lang
        Join left by identity
          #1 Input words [word: text, lang: text]
          Derive more [+ more: text]
            Map score [score: text]
              #1
      ⇒
      Input words [word: text, lang: text]"
    `);
  });

  it('drops a select of all columns', () => {
    expect(explain(map(select(words, 'word', 'lang'), score))).toMatchInlineSnapshot(`
      "Map score [score: text]
        Select word, lang
          Input words [word: text, lang: text]
      ⇒
      Map score [score: text]
        Input words [word: text, lang: text]"
    `);
  });
});

describe('drop-dead-branches keeps', () => {
  it.each<[string, PlanNode]>([
    ['a derive with effects', select(derive(words, log), 'lang')],
    ['a derive of which something is read', select(derive(words, score), 'score')],
    ['a lookup that fails the request when it finds nothing', select(lookup(words, 'word', 'meaning'), 'lang')],
    ['a branch with effects', select(join(words, map(words, log), 'left'), 'lang')],
    ['rows that were made with effects', select(gather(flatMap(words, { ...log, name: 'make' }), words, { n: { kind: 'count' } }), 'lang')],
    ['an inner join, which drops rows', select(join(words, map(words, score), 'inner'), 'lang')],
    ['an outer join, which makes rows', select(join(words, map(words, score), 'outer'), 'lang')],
    [
      'a join on a key, which may give several rows',
      select(joinOn(words, map(words, step('s: word → word, stem')), 'word', 'left'), 'lang'),
    ],
    ['a select that leaves something out', map(select(words, 'word'), score)],
    ['a select that orders the answer', select(words, 'lang', 'word')],
  ])('%s', (_, root) => {
    expect(explain(root)).toBe('unchanged');
  });
});
