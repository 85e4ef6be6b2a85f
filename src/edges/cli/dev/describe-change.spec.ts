import { describe, expect, it } from 'vitest';
import { pipeline } from '../../../pipeline.ts';
import type { LogicalPlan } from '../../../plan/node.ts';
import { planOf } from '../../../plan/program.ts';
import { float32, text } from '../../../schema/column.ts';
import { describeChange } from './describe-change.ts';

const plan = (made: unknown): LogicalPlan => planOf(made) as LogicalPlan;
const shout = (name: string, mark: string) =>
  plan(pipeline(name, { word: text }, (rows) => rows.map({ word: text }, ({ word }) => ({ word: word + mark }))));
const loud = plan(
  pipeline('shout', { word: text, volume: float32 }, (rows) =>
    rows.filter(['volume'], ({ volume }) => volume > 1).map({ word: text }, ({ word }) => ({ word })),
  ),
);

describe('a change of pipelines', () => {
  it('of functions alone leaves the plan unchanged', () => {
    expect(describeChange([shout('shout', '!')], [shout('shout', '?')], 1)).toEqual(['shout: plan unchanged']);
  });

  it('says which came and which went', () => {
    expect(describeChange([shout('a', '!'), shout('b', '!')], [shout('b', '!'), shout('c', '!')], 1)).toEqual([
      '- pipeline a',
      'b: plan unchanged',
      '+ pipeline c',
    ]);
  });

  it('shows the columns and the lines of the plan that changed', () => {
    expect(describeChange([shout('shout', '!')], [loud], 1).join('\n')).toMatchInlineSnapshot(`
      "shout takes other columns: word: text → word: text, volume: float32
        pipeline shout
          Map map#1 [word: text]
      -     Input shout [word: text]
      +     Filter filter#1 reads volume
      +       Input shout [word: text, volume: float32]
        runs as
          task 1 on the event loop
      +     filter filter#1
            map map#1"
    `);
  });
});
