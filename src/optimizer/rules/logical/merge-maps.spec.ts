import { describe, expect, it } from 'vitest';
import { derive, map, model, request, step, union } from '../../../../test/support/plan-nodes.ts';
import type { PlanNode } from '../../../plan/node.ts';
import { explainRule } from '../../testing.ts';
import { mergeMaps } from './merge-maps.ts';

const explain = (root: PlanNode): string => explainRule(mergeMaps, root);
const words = request('word');
const clean = step('clean: word → word');
const stem = step('stem: word → word');
const score = step('score: word → score');

describe('merge-maps', () => {
  it('runs neighbouring maps as one', () => {
    expect(explain(map(map(map(words, clean), stem), score))).toMatchInlineSnapshot(`
      "Map score [score: text]
        Map stem [word: text]
          Map clean [word: text]
            Input words [word: text]
      ⇒
      Map clean → stem → score [score: text]
        Input words [word: text]"
    `);
  });
});

describe('merge-maps leaves maps apart', () => {
  it('of which another node also reads the first', () => {
    const cleaned = map(words, clean);
    expect(explain(union(map(cleaned, stem), map(cleaned, step('other: word → word'))))).toBe('unchanged');
  });

  it.each<[string, PlanNode]>([
    ['with something else between them', map(derive(map(words, clean), step('n: word → n')), stem)],
    ['of which one is a model', map(map(words, clean), model('embed: word → word'))],
    ['of which one is pinned elsewhere', map(map(words, clean), step('heavy: word → word', { runsOn: 'thread' }))],
    ['of which one says how many replicas it has', map(map(words, clean), { ...stem, replicas: { min: 1, max: 8 } })],
    ['of which one occupies something', map(map(words, clean), { ...stem, resource: 'gpu' })],
    ['of which one has effects', map(map(words, clean), step('log: word → word', { effects: true }))],
  ])('%s', (_, root) => {
    expect(explain(root)).toBe('unchanged');
  });
});
