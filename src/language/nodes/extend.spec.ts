import { describe, expect, it } from 'vitest';
import { mistake, planned } from '../../../test/support/plans.ts';
import { pipeline } from '../../pipeline.ts';
import { printPlan } from '../../plan/print.ts';
import { storesOf } from '../../plan/traverse.ts';
import { float32, int32, nullable, tensor, text } from '../../schema/column.ts';
import { printSchema } from '../../schema/fit.ts';
import { store } from '../../store.ts';
import { stage } from '../stage.ts';

const grade = stage({ name: 'grade', input: { label: text }, output: { grade: text }, run: ({ label }) => ({ grade: label }) });
const graded = pipeline('graded', { label: text }, (rows) =>
  rows.derive(grade).derive({ size: int32 }, ({ label }) => ({ size: label.length })),
);
const letters = pipeline('letters', { label: text }, (rows) =>
  rows.flatMap({ letter: text }, ({ label }) => [...label].map((letter) => ({ letter }))),
);

describe('extend', () => {
  it('goes on with the steps of the other pipeline, which is given the columns it asks for', () => {
    expect(printPlan(planned((rows) => rows.extend(graded)))).toMatchInlineSnapshot(`
      "Derive graded/derive#1 [+ size: int32]
        Derive grade [+ grade: text]
          Select label
            Input words [label: text, score: float32 or null, id: int64, pixels: FP32 [3]]"
    `);
  });

  it('does not select where the columns are the same', () => {
    expect(printPlan(planned((rows) => rows.select('label').extend(letters)))).toMatchInlineSnapshot(`
      "FlatMap letters/flatMap#1 [letter: text]
        Select label
          Input words [label: text, score: float32 or null, id: int64, pixels: FP32 [3]]"
    `);
  });

  it('is this flow where the other pipeline does nothing', () => {
    const nothing = pipeline('nothing', { label: text }, (rows) => rows);
    expect(printPlan(planned((rows) => rows.extend(nothing)))).toMatch('Select label');
  });

  it('stands for the rows of this flow where the other pipeline kept them, so that both can be joined', () => {
    expect(mistake((rows) => rows.join(rows.extend(graded), { as: 'graded' }))).toBe('accepted');
    expect(mistake((rows) => rows.extend(letters).gather(rows, () => ({})))).toBe('accepted');
    const nested = planned((rows) => rows.flatMap({ label: text }, () => []).extend(letters));
    expect(nested.origin.name).toBe('rows of rows of request');
  });

  it('makes rows of its own each time that the other pipeline does', () => {
    const groups = pipeline('groups', { label: text }, (rows) => rows.groupBy('label').agg((a) => ({ n: a.count() })));
    expect(mistake((rows) => rows.extend(groups).join(rows.extend(groups), { as: 'again' }))).toMatch(
      'groups of request, made by two different verbs',
    );
  });

  it('may be done twice, and by a pipeline that was extended itself', () => {
    const outer = pipeline('outer', { label: text }, (rows) => rows.extend(graded).select('label'));
    const plan = planned((rows) => {
      const first = rows.extend(graded);
      return first.join(rows.extend(graded), { as: 'again' }).join(rows.extend(outer), { as: 'outer' });
    });
    expect(printPlan(plan).match(/Derive \S+/g)).toEqual([
      'Derive graded/derive#1',
      'Derive grade',
      'Derive graded/derive#1',
      'Derive grade',
      'Derive outer/graded/derive#1',
      'Derive grade',
    ]);
  });

  it('does not let two stages have one name', () => {
    const other = stage({ name: 'grade', input: { label: text }, output: { mark: text }, run: ({ label }) => ({ mark: label }) });
    expect(mistake((rows) => rows.derive(other).extend(graded))).toBe(
      '[STAGE_NAME_TAKEN] two different stages of this pipeline are named "grade"',
    );
    const twin = pipeline('graded', { label: text }, (rows) => rows.derive({ twin: text }, ({ label }) => ({ twin: label })));
    expect(mistake((rows) => rows.extend(graded).join(rows.extend(twin), { as: 'twin' }))).toMatch('are named "graded/derive#1"');
  });

  it('brings its stores', () => {
    const prices = store('prices', { key: text, value: float32 });
    const priced = pipeline('priced', { label: text }, (rows) => rows.lookup(prices, { key: 'label', as: 'price' }));
    expect([...storesOf(planned((rows) => rows.extend(priced))).keys()]).toEqual(['prices']);
  });

  it('keeps the types that the other pipeline was built for', () => {
    const any = pipeline('any', { label: nullable(text), pixels: tensor('FP32', [-1]) }, (rows) => rows);
    expect(printSchema(planned((rows) => rows.extend(any)).columns)).toBe('label: text or null, pixels: FP32 [-1]');
  });

  it('has the columns that the other pipeline asks for', () => {
    const scores = pipeline('scores', { score: float32 }, (rows) => rows);
    expect(mistake((rows) => rows.extend(scores))).toBe('[COLUMN_MISMATCH] extend: column "score" is float32 or null but must be float32');
    expect(mistake((rows) => rows.select('id').extend(graded))).toMatch('extend: this flow has no column "label"');
    expect(mistake((rows) => rows.extend(grade))).toMatch('extend: the argument must be a pipeline but is an object');
  });
});
