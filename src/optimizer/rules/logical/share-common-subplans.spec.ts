import { describe, expect, it } from 'vitest';
import {
  agg,
  anyOf,
  filter,
  flatMap,
  gather,
  inPython,
  join,
  joinOn,
  lookup,
  map,
  request,
  select,
  step,
  union,
} from '../../../../test/support/plan-nodes.ts';
import type { PlanNode, Union } from '../../../plan/node.ts';
import { applyRule } from '../../apply-rule.ts';
import { explainRule } from '../../testing.ts';
import { shareCommonSubplans } from './share-common-subplans.ts';

const explain = (root: PlanNode): string => explainRule(shareCommonSubplans, root);
const words = request('word', 'lang');
const clean = step('clean: word → word');
const run = (row: object): object => ({ ...row });
const inPlace = (name: string): ReturnType<typeof step> =>
  step(`${name}: word → word`, { implementation: { kind: 'row', run: run as never } });

describe('share-common-subplans', () => {
  it('gathers what was made from rows that it shares, also by way of others', () => {
    const [one, other] = [union(words, words), union(words, words)];
    const letters = flatMap(select(other, 'word'), step('split: word → letter'));
    const counted = gather(letters, other, { letters: { kind: 'count' } });
    const print = step('print: word → printed');
    expect(explain(union(map(one, print), map(counted, step('print all: word → printed'))))).toMatchInlineSnapshot(`
      "Union
        Map print [printed: text]
          Union
            #1 Input words [word: text, lang: text]
            #1
        Map print all [printed: text]
          Gather letters = count()
            FlatMap split [letter: text]
              Select word
                #2 Union
                  #1
                  #1
            #2
      ⇒
      Union
        Map print [printed: text]
          #1 Union
            #2 Input words [word: text, lang: text]
            #2
        Map print all [printed: text]
          Gather letters = count()
            FlatMap split [letter: text]
              Select word
                #1
            #1"
    `);
  });

  it('computes once what two branches compute from the same rows', () => {
    expect(
      explain(union(map(map(words, clean), step('a: word → word')), map(map(words, clean), step('b: word → word')))),
    ).toMatchInlineSnapshot(`
      "Union
        Map a [word: text]
          Map clean [word: text]
            #1 Input words [word: text, lang: text]
        Map b [word: text]
          Map clean [word: text]
            #1
      ⇒
      Union
        Map a [word: text]
          #1 Map clean [word: text]
            Input words [word: text, lang: text]
        Map b [word: text]
          #1"
    `);
  });

  it('knows a function that was given in place twice', () => {
    expect(explain(union(map(words, inPlace('map#1')), map(words, inPlace('map#2'))))).toMatchInlineSnapshot(`
      "Union
        Map map#1 [word: text]
          #1 Input words [word: text, lang: text]
        Map map#2 [word: text]
          #1
      ⇒
      Union
        #1 Map map#1 [word: text]
          Input words [word: text, lang: text]
        #1"
    `);
  });

  it('shares a flatMap with everything above it', () => {
    const letters = step('letters: word → letter');
    const counted = gather(flatMap(words, letters), words, { n: { kind: 'count' } });
    const collected = gather(flatMap(words, letters), words, { all: { kind: 'collect', column: 'letter' } });
    expect(explain(join(counted, collected, 'inner', 'other'))).toMatchInlineSnapshot(`
      "Join inner by identity as other
        Gather n = count()
          FlatMap letters [letter: text]
            #1 Input words [word: text, lang: text]
          #1
        Gather all = collect(letter)
          FlatMap letters [letter: text]
            #1
          #1
      ⇒
      Join inner by identity as other
        Gather n = count()
          #1 FlatMap letters [letter: text]
            #2 Input words [word: text, lang: text]
          #2
        Gather all = collect(letter)
          #1
          #2"
    `);
  });

  it('leaves a union what it was, whatever its inputs become', () => {
    const cut = step('cut: word → word');
    const two = union(flatMap(words, cut), flatMap(words, cut));
    const shared = applyRule(shareCommonSubplans, two);
    expect([shared.origin.parent, (shared as Union).byIdentity]).toEqual([null, false]);
  });

  it('brings what was made of a twin together with what is made of the other', () => {
    const cut = step('cut: word → word');
    const [one, other] = [flatMap(words, cut), flatMap(words, cut)];
    const joined = joinOn(one, join(other, map(other, step('n: word → n'))), 'word');
    expect(explain(joined)).toMatchInlineSnapshot(`
      "Join inner on word
        FlatMap cut [word: text]
          #1 Input words [word: text, lang: text]
        Join inner by identity
          #2 FlatMap cut [word: text]
            #1
          Map n [n: text]
            #2
      ⇒
      Join inner on word
        #1 FlatMap cut [word: text]
          Input words [word: text, lang: text]
        Join inner by identity
          #1
          Map n [n: text]
            #1"
    `);
  });

  it.each<[string, () => PlanNode]>([
    ['select', () => select(words, 'word')],
    ['lookup', () => lookup(words, 'word', 'meaning', 'null')],
    ['agg', () => agg(words, ['lang'], { n: { kind: 'count' } })],
  ])('shares an equal %s', (_, make) => {
    expect(explain(union(make(), make()))).toContain('#1');
  });
});

describe('share-common-subplans leaves apart', () => {
  it.each<[string, PlanNode]>([
    ['different functions', union(map(words, step('a: word → word')), map(words, step('b: word → word')))],
    [
      'a stage with effects',
      union(map(words, step('log: word → word', { effects: true })), map(words, step('log: word → word', { effects: true }))),
    ],
    ['the same stage over other rows', union(map(words, clean), map(filter(words, 'lang'), clean))],
    ['filters that read other columns', union(filter(words, 'word'), filter(words, 'lang'))],
    ['other aggregates', union(agg(words, [], { n: { kind: 'count' } }), agg(words, [], { n: { kind: 'sum', column: 'word' } }))],
    ['equal alternatives of a race', anyOf(map(words, clean), map(words, clean))],
  ])('%s', (_, root) => {
    expect(explain(root)).toBe('unchanged');
  });

  it('computes a function in Python once that stands there twice under two names, with all its options equal', () => {
    const detect = inPython('detect: word → label');
    const twice = (other: ReturnType<typeof inPython>): string => explain(union(map(words, detect), map(words, other)));
    expect(twice(inPython('again: word → label'))).not.toBe('unchanged');
    expect(twice(inPython('again: word → label', { function: 'guess' }))).toBe('unchanged');
    expect(twice(inPython('again: word → label', { env: { MODEL: 'large' } }))).toBe('unchanged');
  });
});
