import { describe, expect, it } from 'vitest';
import {
  agg,
  anyOf,
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
} from '../../../../test/support/plan-nodes.ts';
import type { PlanNode } from '../../../plan/node.ts';
import { explainRule } from '../../testing.ts';
import { pushFilterDown } from './push-filter-down.ts';

const explain = (root: PlanNode): string => explainRule(pushFilterDown, root);
const words = request('word', 'lang');
const score = step('score: word → score');

describe('a filter that names what it reads', () => {
  it('sinks below a derive whose column it does not read', () => {
    expect(explain(filter(derive(words, score), 'lang'))).toMatchInlineSnapshot(`
      "Filter keep reads lang
        Derive score [+ score: text]
          Input words [word: text, lang: text]
      ⇒
      Derive score [+ score: text]
        Filter keep reads lang
          Input words [word: text, lang: text]"
    `);
  });

  it('sinks below a lookup', () => {
    expect(explain(filter(lookup(words, 'word', 'meaning'), 'lang'))).toMatchInlineSnapshot(`
      "Filter keep reads lang
        Lookup meaning in names by word
          Input words [word: text, lang: text]
      ⇒
      Lookup meaning in names by word
        Filter keep reads lang
          Input words [word: text, lang: text]"
    `);
  });

  it('sinks below a select', () => {
    expect(explain(filter(select(words, 'word'), 'word'))).toMatchInlineSnapshot(`
      "Filter keep reads word
        Select word
          Input words [word: text, lang: text]
      ⇒
      Select word
        Filter keep reads word
          Input words [word: text, lang: text]"
    `);
  });

  it('sinks into the left side of a left join, by identity or on a key', () => {
    const right = map(words, score);
    expect(explain(filter(join(words, right, 'left'), 'lang'))).toMatchInlineSnapshot(`
      "Filter keep reads lang
        Join left by identity
          #1 Input words [word: text, lang: text]
          Map score [score: text]
            #1
      ⇒
      Join left by identity
        Filter keep reads lang
          #1 Input words [word: text, lang: text]
        Map score [score: text]
          #1"
    `);
    expect(explain(filter(joinOn(words, map(words, step('stem: word → word, stem')), 'word', 'left'), 'lang'))).toMatchInlineSnapshot(`
      "Filter keep reads lang
        Join left on word
          #1 Input words [word: text, lang: text]
          Map stem [word: text, stem: text]
            #1
      ⇒
      Join left on word
        Filter keep reads lang
          #1 Input words [word: text, lang: text]
        Map stem [word: text, stem: text]
          #1"
    `);
  });

  it('sinks into the parent of a gather', () => {
    const letters = flatMap(words, step('letters: word → letter'));
    expect(explain(filter(gather(letters, words, { n: { kind: 'count' } }), 'lang'))).toMatchInlineSnapshot(`
      "Filter keep reads lang
        Gather n = count()
          FlatMap letters [letter: text]
            #1 Input words [word: text, lang: text]
          #1
      ⇒
      Gather n = count()
        FlatMap letters [letter: text]
          #1 Input words [word: text, lang: text]
        Filter keep reads lang
          #1"
    `);
  });

  it('sinks into every input of a union, also one that reads all columns', () => {
    expect(explain(filter(union(map(words, score), map(words, score)), 'score'))).toMatchInlineSnapshot(`
      "Filter keep reads score
        Union
          Map score [score: text]
            #1 Input words [word: text, lang: text]
          Map score [score: text]
            #1
      ⇒
      Union
        Filter keep reads score
          Map score [score: text]
            #1 Input words [word: text, lang: text]
        Filter keep reads score
          Map score [score: text]
            #1"
    `);
    expect(explain(filter(union(map(words, score), map(words, score))))).toMatchInlineSnapshot(`
      "Filter keep reads all columns
        Union
          Map score [score: text]
            #1 Input words [word: text, lang: text]
          Map score [score: text]
            #1
      ⇒
      Union
        Filter keep reads all columns
          Map score [score: text]
            #1 Input words [word: text, lang: text]
        Filter keep reads all columns
          Map score [score: text]
            #1"
    `);
  });

  it('sinks as far as it can', () => {
    const deep = derive(derive(derive(words, step('a: word → a')), step('b: word → b')), step('c: b → c'));
    expect(explain(filter(deep, 'a'))).toMatchInlineSnapshot(`
      "Filter keep reads a
        Derive c [+ c: text]
          Derive b [+ b: text]
            Derive a [+ a: text]
              Input words [word: text, lang: text]
      ⇒
      Derive c [+ c: text]
        Derive b [+ b: text]
          Filter keep reads a
            Derive a [+ a: text]
              Input words [word: text, lang: text]"
    `);
  });
});

describe('it leaves a filter where it is', () => {
  it.each<[string, PlanNode]>([
    ['that reads what the derive makes', filter(derive(words, score), 'score')],
    ['that does not say what it reads', filter(derive(words, score))],
    ['above a stage with effects', filter(derive(words, step('log: word → id', { effects: true })), 'lang')],
    ['that reads what the lookup gives', filter(lookup(words, 'word', 'meaning'), 'meaning')],
    ['that reads what the join adds', filter(join(words, map(words, score), 'left'), 'score')],
    ['above an inner join, which drops rows', filter(join(words, map(words, score), 'inner'), 'lang')],
    ['above an outer join, which makes rows of its own', filter(join(words, map(words, score), 'outer'), 'score')],
    ['that reads what the gather counts', filter(gather(flatMap(words, step('s: word → l')), words, { n: { kind: 'count' } }), 'n')],
    ['above a map', filter(map(words, step('same: word → word')), 'word')],
    ['above another filter', filter(filter(words, 'word'), 'lang')],
    ['above a rename', filter(rename(words, { word: 'term' }), 'lang')],
    ['above an aggregate', filter(agg(words, ['lang'], { n: { kind: 'count' } }), 'lang')],
    ['above a race', filter(anyOf(words, words), 'lang')],
  ])('%s', (_, root) => {
    expect(explain(root)).toBe('unchanged');
  });

  it('whose rows another node also reads', () => {
    const scored = derive(words, score);
    expect(explain(join(scored, select(filter(scored, 'lang'), 'lang'), 'left', 'same'))).toBe('unchanged');
  });
});
