import { describe, expect, it } from 'vitest';
import { derive, filter, map, request, select, step } from '../../test/support/plan-nodes.ts';
import { pickColumns } from '../plan/complete.ts';
import type { LogicalPlan, PlanNode } from '../plan/node.ts';
import { printPlan } from '../plan/print.ts';
import { rewriteLogical } from './rewrite-logical.ts';
import type { LogicalRule } from './rule.ts';

const words = request('word', 'lang');
const planOf = (output: PlanNode): LogicalPlan => ({ name: 'words', input: words.columns, output, options: {} });
const scored = select(derive(words, step('score: word → score')), 'score');
const rule = (name: string, apply: LogicalRule['apply']): LogicalRule => ({ name, apply });
const noSelect = rule('no-select', (node) => (node.op === 'select' ? node.input : null));
const lazy = rule('lazy', () => null);

describe('rules over a logical plan', () => {
  it('are told step by step, those that did nothing too', () => {
    const plan = planOf(map(select(words, 'word', 'lang'), step('stem: word → stem')));
    const { steps, plan: rewritten } = rewriteLogical(plan, [lazy, noSelect]);
    expect(steps.map((each) => [each.rule, each.isChanged])).toEqual([
      ['lazy', false],
      ['no-select', true],
    ]);
    expect(printPlan(rewritten.output)).toMatchInlineSnapshot(`
      "Map stem [stem: text]
        Input words [word: text, lang: text]"
    `);
  });

  it('give the plan itself when none applies', () => {
    const plan = planOf(scored);
    expect(rewriteLogical(plan, [lazy]).plan).toBe(plan);
  });

  it('do nothing when they are off', () => {
    const plan = planOf(scored);
    const { steps, plan: same } = rewriteLogical(plan, [noSelect], { 'no-select': false });
    expect([steps[0]?.isOff, same]).toEqual([true, plan]);
  });
});

describe('a rule that breaks the plan', () => {
  const failure = (broken: LogicalRule, output: PlanNode): unknown => {
    try {
      return rewriteLogical(planOf(output), [broken]);
    } catch (error) {
      return error;
    }
  };

  it('by other columns in the answer is named', () => {
    expect(failure(noSelect, scored)).toMatchObject({
      code: 'RULE_BROKE_PLAN',
      problem:
        'the rule no-select broke the plan of "words": the answer\'s columns were score: text and are word: text, lang: text, score: text',
    });
  });

  it('by taking a column that is read further on is named', () => {
    const greedy = rule('greedy', (node) =>
      node.op === 'derive' && Object.hasOwn(node.columns, 'word') ? { ...node, columns: pickColumns(node.columns, ['score']) } : null,
    );
    const read = map(derive(words, step('score: word → score')), step('both: word, score → both'));
    expect(failure(greedy, read)).toMatchObject({
      problem: expect.stringContaining('Map both [both: text]: an input has no column "word"'),
    });
  });

  it('by leaving out a column where rows are passed on as they are is named', () => {
    const careless = rule('careless', (node) =>
      node.op === 'filter' && Object.hasOwn(node.columns, 'lang') ? { ...node, columns: pickColumns(node.columns, ['word']) } : null,
    );
    expect(failure(careless, select(filter(words, 'word'), 'word'))).toMatchObject({
      problem: expect.stringContaining(
        'Filter keep reads word without lang: it passes on rows as they are and cannot leave out the column "lang"',
      ),
    });
  });

  it('by throwing is named, with why', () => {
    const thrown = new TypeError('no');
    const throwing = rule('throwing', () => {
      throw thrown;
    });
    expect(failure(throwing, scored)).toMatchObject({ problem: 'the rule throwing failed on the plan of "words": no', cause: thrown });
  });

  it('by never coming to an end is named', () => {
    const restless = rule('restless', (node) => (node.op === 'select' ? { ...node } : null));
    expect(failure(restless, scored)).toMatchObject({ problem: expect.stringContaining('does not come to an end') });
  });
});
