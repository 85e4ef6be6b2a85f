import { describe, expect, it } from 'vitest';
import {
  anyOf,
  derive,
  filter,
  flatMap,
  gather,
  join,
  map,
  rename,
  request,
  select,
  step,
  union,
} from '../../../../test/support/plan-nodes.ts';
import type { PlanNode } from '../../../plan/node.ts';
import { explainRule } from '../../testing.ts';
import { pruneColumns } from './prune-columns.ts';

const explain = (root: PlanNode): string => explainRule(pruneColumns, root);
const photos = request('photo', 'user');
const small = step('small: photo → label');
const sure = step('sure: label → sure');

describe('prune-columns', () => {
  it('builds rows without what nobody reads further on', () => {
    expect(explain(map(derive(derive(photos, small), sure), step('pick: label, sure → answer')))).toMatchInlineSnapshot(`
      "Map pick [answer: text]
        Derive sure [+ sure: text]
          Derive small [+ label: text]
            Input words [photo: text, user: text]
      ⇒
      Map pick [answer: text]
        Derive sure [+ sure: text]
          Derive small [+ label: text] without photo, user
            Input words [photo: text, user: text]"
    `);
  });

  it('keeps what a later step needs', () => {
    const labelled = derive(photos, small);
    expect(explain(select(join(labelled, map(labelled, step('large: photo → better')), 'left'), 'label', 'better'))).toMatchInlineSnapshot(`
      "Select label, better
        Join left by identity
          #1 Derive small [+ label: text]
            Input words [photo: text, user: text]
          Map large [better: text]
            #1
      ⇒
      Select label, better
        Join left by identity without photo
          #1 Derive small [+ label: text] without user
            Input words [photo: text, user: text]
          Map large [better: text]
            #1"
    `);
  });

  it('sees through filters, renames and unions', () => {
    const labelled = derive(photos, small);
    expect(explain(select(rename(filter(labelled, 'label'), { label: 'name' }), 'name'))).toMatchInlineSnapshot(`
      "Select name
        Rename label → name
          Filter keep reads label
            Derive small [+ label: text]
              Input words [photo: text, user: text]
      ⇒
      Select name
        Rename label → name
          Filter keep reads label
            Derive small [+ label: text] without photo, user
              Input words [photo: text, user: text]"
    `);
    expect(explain(select(union(labelled, derive(photos, step('other: photo → label'))), 'label'))).toMatchInlineSnapshot(`
      "Select label
        Union
          Derive small [+ label: text]
            #1 Input words [photo: text, user: text]
          Derive other [+ label: text]
            #1
      ⇒
      Select label
        Union
          Derive small [+ label: text] without photo, user
            #1 Input words [photo: text, user: text]
          Derive other [+ label: text] without photo, user
            #1"
    `);
  });

  it('keeps just the columns that aggregates read', () => {
    const lines = derive(flatMap(photos, step('cut: photo → line, width')), step('read: line → text'));
    expect(explain(gather(lines, photos, { all: { kind: 'collect', column: 'text' } }))).toMatchInlineSnapshot(`
      "Gather all = collect(text)
        Derive read [+ text: text]
          FlatMap cut [line: text, width: text]
            #1 Input words [photo: text, user: text]
        #1
      ⇒
      Gather all = collect(text)
        Derive read [+ text: text] without line, width
          FlatMap cut [line: text, width: text]
            #1 Input words [photo: text, user: text]
        #1"
    `);
  });
});

describe('prune-columns leaves alone', () => {
  it.each<[string, PlanNode]>([
    ['the answer', derive(photos, small)],
    ['what a function that reads all columns is given', map(derive(photos, small), step('all: photo, user, label → answer'))],
    ['rows that a stage returned', map(map(photos, step('two: photo → a, b')), step('one: a → c'))],
    ['the alternatives of a race, which must be alike', select(anyOf(derive(photos, small), derive(photos, small)), 'label')],
    ['a row that goes into one column whole', join(photos, derive(photos, small), 'left', 'other')],
  ])('%s', (_, root) => {
    expect(explain(root)).toBe('unchanged');
  });
});
