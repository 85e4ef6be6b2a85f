import { describe, expect, it } from 'vitest';
import { FlowError, isFlowError } from '../errors/flow-error.ts';
import { pipeline } from '../pipeline.ts';
import type { PlanNode } from '../plan/node.ts';
import { printPlan } from '../plan/print.ts';
import { planOf } from '../plan/program.ts';
import { stagesOf } from '../plan/traverse.ts';
import { type Columns, float32, int32, nullable, text } from '../schema/column.ts';
import type { Flow, Rows } from './flow.ts';
import { batchStage, expander, stage } from './stage.ts';

const upper = stage({ name: 'upper', input: { label: text }, output: { upper: text }, run: ({ label }) => ({ upper: label }) });
const grade = batchStage({
  name: 'grade',
  input: { score: float32 },
  output: { grade: text },
  run: (rows) => rows.map(() => ({ grade: 'A' })),
});
const split = expander({
  name: 'split',
  input: { label: text },
  output: { letter: text },
  run: ({ label }) => [...label].map((letter) => ({ letter })),
});

const columns = { label: text, score: float32 } as const;
type Input = typeof columns;

function planned(build: (rows: Flow<Input>) => Rows<Columns, string>): PlanNode {
  const plan = planOf(pipeline('words', columns, build));
  if (plan === undefined) throw new Error('a pipeline has a plan');
  return plan.output;
}

/** A flow as a caller without types sees it. */
type Untyped = Readonly<
  Record<'map' | 'derive' | 'flatMap' | 'filter' | 'select' | 'rename' | 'join' | 'gather', (...args: unknown[]) => Untyped>
>;
type UntypedPipeline = (name: unknown, input: unknown, build: unknown, options?: unknown) => unknown;

/** What is said of a mistake: code, sentence, and the hint. */
function refusal(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    if (isFlowError(error)) return `${error.message}\n${error.hint}`;
    throw error;
  }
  return 'accepted';
}

/** What is said of a mistake in a verb. */
function mistake(build: (rows: Untyped) => unknown): string {
  return refusal(() => (pipeline as UntypedPipeline)('words', columns, build));
}

describe('the plan of a pipeline', () => {
  it('has a node for each verb, in their order', () => {
    const plan = planned((rows) =>
      rows
        .derive(grade)
        .filter(['score'], ({ score }) => score > 1)
        .filter(({ label }) => label !== '')
        .rename({ label: 'name' })
        .select('name', 'grade')
        .map({ length: int32 }, ({ name }) => ({ length: name.length })),
    );
    expect(printPlan(plan)).toMatchInlineSnapshot(`
      "Map map#1 [length: int32]
        Select name, grade
          Rename label → name
            Filter filter#2 reads all columns
              Filter filter#1 reads score
                Derive grade [+ grade: text]
                  Input words [label: text, score: float32]"
    `);
  });

  it('is a graph where a flow has several readers', () => {
    const plan = planned((rows) => {
      const graded = rows.derive(grade);
      const best = graded.filter(['grade'], (row) => row.grade === 'A').select('label');
      return graded.join(best, { how: 'left', as: 'best' });
    });
    expect(printPlan(plan)).toMatchInlineSnapshot(`
      "Join left by identity as best
        #1 Derive grade [+ grade: text]
          Input words [label: text, score: float32]
        Select label
          Filter filter#1 reads grade
            #1"
    `);
  });

  it('gathers what a flatMap made', () => {
    const plan = planned((rows) =>
      rows.flatMap(split).gather(rows, (a) => ({ letters: a.collect('letter'), count: a.count(), last: a.max('letter') })),
    );
    expect(printPlan(plan)).toMatchInlineSnapshot(`
      "Gather letters = collect(letter), count = count(), last = max(letter)
        FlatMap split [letter: text]
          #1 Input words [label: text, score: float32]
        #1"
    `);
    expect(Object.keys(plan.columns)).toEqual(['label', 'score', 'letters', 'count', 'last']);
  });

  it('is the input alone where nothing is done', () => {
    expect(printPlan(planned((rows) => rows))).toMatchInlineSnapshot(`"Input words [label: text, score: float32]"`);
  });

  it('makes the columns of an outer join nullable on both sides, of a left join on the right alone', () => {
    const other = (rows: Flow<Input>) => rows.map(upper);
    const nullables = (plan: PlanNode) => Object.entries(plan.columns).flatMap(([name, column]) => (column.nullable ? [name] : []));
    expect(nullables(planned((rows) => rows.join(other(rows))))).toEqual([]);
    expect(nullables(planned((rows) => rows.join(other(rows), { how: 'left' })))).toEqual(['upper']);
    expect(nullables(planned((rows) => rows.join(other(rows), { how: 'outer' })))).toEqual(['label', 'score', 'upper']);
    expect(nullables(planned((rows) => rows.join(rows, { how: 'outer', as: 'twin' })))).toEqual(['label', 'score', 'twin']);
  });

  it('numbers functions in place by their verb', () => {
    const plan = planned((rows) =>
      rows
        .map({ a: text }, () => ({ a: '' }))
        .filter(() => true)
        .map({ b: text }, () => ({ b: '' })),
    );
    expect([...stagesOf(plan).keys()]).toEqual(['map#1', 'filter#1', 'map#2']);
  });

  it('gives a function in place what it may read: a named filter its columns, another all', () => {
    const plan = planned((rows) => rows.filter(['score'], () => true).filter(() => true));
    expect([...stagesOf(plan).values()].map(({ input }) => Object.keys(input))).toEqual([['score'], ['label', 'score']]);
  });

  it('may use one stage twice', () => {
    const plan = planned((rows) =>
      rows
        .derive(grade)
        .map({ score: float32 }, ({ score }) => ({ score }))
        .map(grade),
    );
    expect(stagesOf(plan).get('grade')).toBe(grade);
  });

  it('renames in a circle', () => {
    const plan = planned((rows) => rows.rename({ label: 'score', score: 'label' }));
    expect(Object.entries(plan.columns).map(([name, { kind }]) => `${name}: ${kind}`)).toEqual(['score: text', 'label: float32']);
  });

  it('leaves a column alone whose new name is undefined', () => {
    const plan = planned(
      (rows) => (rows as unknown as Untyped).rename({ label: undefined, score: 'sure' }) as unknown as Rows<Columns, string>,
    );
    expect(Object.keys(plan.columns)).toEqual(['label', 'sure']);
    expect(plan.op === 'rename' && plan.names).toEqual({ score: 'sure' });
  });

  it('has columns by the names that every object has', () => {
    const named = stage({ name: 'named', input: { constructor: text }, output: { toString: text }, run: () => ({ toString: '' }) });
    const plan = planned((rows) => rows.rename({ label: 'constructor' }).derive(named).select('toString', 'constructor'));
    expect(Object.keys(plan.columns)).toEqual(['toString', 'constructor']);
  });

  it('cannot be changed', () => {
    const plan = planned((rows) => rows.join(rows, { as: 'twin' }).select('twin'));
    expect(Object.isFrozen(plan) && Object.isFrozen(plan.columns)).toBe(true);
  });
});

describe('a flow of other rows', () => {
  const words = (rows: Untyped) => rows.flatMap({ word: text }, () => []);

  it('is not joined: two flatMaps of one flow make different rows, whose types are alike', () => {
    const build = (rows: Flow<Input>) => rows.flatMap({ a: text }, () => []).join(rows.flatMap({ b: text }, () => []));
    expect(mistake(build as unknown as (rows: Untyped) => unknown)).toMatchInlineSnapshot(`
      "[ORIGIN_MISMATCH] join: these flows have different rows (rows of request, made by two different verbs); bring them to one origin with gather
      Bring the rows of a flatMap back to their parent rows with gather first."
    `);
  });

  it('is not gathered into the rows of another flatMap', () => {
    expect(mistake((rows) => words(words(rows)).gather(words(rows), () => ({})))).toMatchInlineSnapshot(`
      "[ORIGIN_MISMATCH] gather: these rows were not made from the rows of that flow
      Give the flow on which flatMap was called, or one with the same rows."
    `);
  });

  it('is joined where it has the same rows by another way', () => {
    expect(mistake((rows) => words(rows).join(words(rows)))).not.toBe('accepted');
    const one = (rows: Untyped) => {
      const made = words(rows);
      return made.filter(() => true).join(made.rename({ word: 'again' }));
    };
    expect(mistake(one)).toBe('accepted');
  });

  it('is not taken from another pipeline', () => {
    let stolen: Untyped | undefined;
    mistake((rows) => {
      stolen = rows;
      return rows;
    });
    expect(mistake((rows) => rows.join(stolen, { as: 'stolen' }))).toMatchInlineSnapshot(`
      "[FLOW_FOREIGN] join: this flow belongs to another pipeline
      A pipeline is built from the flow its build function receives; share stages between pipelines, not flows."
    `);
    expect(mistake(() => stolen)).toMatchInlineSnapshot(`
      "[FLOW_FOREIGN] pipeline "words": this flow belongs to another pipeline
      A pipeline is built from the flow its build function receives; share stages between pipelines, not flows."
    `);
  });

  it('is a flow', () => {
    expect(mistake((rows) => rows.join({ columns: {}, origin: 'request' }))).toMatchInlineSnapshot(`
      "[PIPELINE_INVALID] join: the first argument must be a flow but is an object
      Write pipeline(name, inputColumns, (rows) => flow)."
    `);
    expect(mistake((rows) => words(rows).gather('rows', () => ({})))).toMatchInlineSnapshot(`
      "[PIPELINE_INVALID] gather: the first argument must be a flow but is "rows"
      Write pipeline(name, inputColumns, (rows) => flow)."
    `);
  });
});

describe('a pipeline', () => {
  it('uses every step', () => {
    expect(
      mistake((rows) => {
        rows.filter(() => true).derive(grade);
        return rows.select('label');
      }),
    ).toMatchInlineSnapshot(`
      "[LOOSE_END] pipeline "words": the output does not use the step "Filter filter#1 reads all columns"
      Return a flow that uses it, or delete it: every step of a pipeline must reach the output."
    `);
  });

  it('has one stage of a name', () => {
    const other = stage({ name: 'upper', input: { label: text }, output: { other: text }, run: () => ({ other: '' }) });
    expect(mistake((rows) => rows.derive(upper).derive(other))).toMatchInlineSnapshot(`
      "[STAGE_NAME_TAKEN] two different stages of this pipeline are named "upper"
      Give one of the two stages another name; using the same stage twice is fine."
    `);
    const posing = stage({ name: 'map#1', input: { label: text }, output: { label: text }, run: (row) => row });
    expect(mistake((rows) => rows.map({ label: text }, (row: unknown) => row).map(posing))).toMatchInlineSnapshot(`
      "[STAGE_NAME_TAKEN] two different stages of this pipeline are named "map#1"
      Give one of the two stages another name; using the same stage twice is fine."
    `);
  });

  it.each([
    ['nothing', () => undefined],
    ['a promise', async (rows: Untyped) => rows],
    ['columns', () => columns],
  ])('returns a flow, not %s', (_, build) => {
    expect(mistake(build)).toMatch(/^\[PIPELINE_INVALID\] pipeline "words": the build function must return a flow but returned /);
  });

  it('passes on what its build function throws', () => {
    expect(() =>
      mistake(() => {
        throw new TypeError('my own');
      }),
    ).toThrow(new TypeError('my own'));
  });

  it('has options that exist, with values of their kind', () => {
    const make = (options: unknown) => refusal(() => (pipeline as UntypedPipeline)('words', columns, (rows: unknown) => rows, options));
    expect(make({ timeoutMs: 5, latencyTargetMs: undefined })).toBe('accepted');
    expect(make({ timeout: 5 })).toMatchInlineSnapshot(`
      "[OPTION_INVALID] pipeline "words": there is no option "timeout" (did you mean "timeoutMs"?)
      The options are latencyTargetMs, timeoutMs, warmUp."
    `);
    expect(make({ timeoutMs: '5' })).toMatchInlineSnapshot(`
      "[OPTION_INVALID] pipeline "words": timeoutMs must be a number of milliseconds above 0 but is "5"
      Check the value of the option named above."
    `);
    expect(make({ latencyTargetMs: 0 })).toMatchInlineSnapshot(`
      "[OPTION_INVALID] pipeline "words": latencyTargetMs must be a number of milliseconds above 0 but is the number 0
      Check the value of the option named above."
    `);
    expect(make({ latencyTargetMs: Number.NaN })).toMatchInlineSnapshot(`
      "[OPTION_INVALID] pipeline "words": latencyTargetMs must be a number of milliseconds above 0 but is the number NaN
      Check the value of the option named above."
    `);
    expect(make({ warmUp: {} })).toMatchInlineSnapshot(`
      "[OPTION_INVALID] pipeline "words": warmUp must be an array of rows but is an object
      Check the value of the option named above."
    `);
    expect(make({ warmUp: [{ text: 'a' }] })).toMatchInlineSnapshot(`
      "[OPTION_INVALID] pipeline "words": row 0 of warmUp: column "label" (text) is missing
      Check the value of the option named above."
    `);
    expect(make(null)).toMatchInlineSnapshot(`
      "[OPTION_INVALID] pipeline "words": the options must be an object but are null
      Check the value of the option named above."
    `);
  });

  it('has a name, columns and a build function', () => {
    const make = pipeline as UntypedPipeline;
    const build = (rows: unknown) => rows;
    expect(refusal(() => make('', columns, build))).toMatchInlineSnapshot(`
      "[PIPELINE_INVALID] pipeline: "" cannot be its name
      Use letters, digits, ".", "_" and "-": the name is part of its address."
    `);
    expect(refusal(() => make('a/b', columns, build))).toMatchInlineSnapshot(`
      "[PIPELINE_INVALID] pipeline: "a/b" cannot be its name
      Use letters, digits, ".", "_" and "-": the name is part of its address."
    `);
    expect(refusal(() => make(undefined, columns, build))).toMatchInlineSnapshot(`
      "[PIPELINE_INVALID] pipeline: undefined cannot be its name
      Use letters, digits, ".", "_" and "-": the name is part of its address."
    `);
    expect(refusal(() => make('words', [text], build))).toMatchInlineSnapshot(`
      "[COLUMN_INVALID] pipeline "words": input: an array of 1 is not an object of columns such as { label: text }
      Columns are made by text, bytes, bool, int32, int64, float32, float64, tensor, list, record, json and nullable."
    `);
    expect(refusal(() => make('words', { label: String }, build))).toMatchInlineSnapshot(`
      "[COLUMN_INVALID] pipeline "words": input: column "label": a function is not a column
      Columns are made by text, bytes, bool, int32, int64, float32, float64, tensor, list, record, json and nullable."
    `);
    expect(refusal(() => make('words', { '': text }, build))).toMatchInlineSnapshot(`
      "[COLUMN_INVALID] pipeline "words": input: "" cannot be the name of a column
      Columns are made by text, bytes, bool, int32, int64, float32, float64, tensor, list, record, json and nullable."
    `);
    expect(refusal(() => make('words', { ['__proto__']: text }, build))).toMatchInlineSnapshot(`
      "[COLUMN_INVALID] pipeline "words": input: "__proto__" cannot be the name of a column
      Columns are made by text, bytes, bool, int32, int64, float32, float64, tensor, list, record, json and nullable."
    `);
    expect(refusal(() => make('words', columns, 'build'))).toMatchInlineSnapshot(`
      "[PIPELINE_INVALID] pipeline "words": the third argument must be a function but is "build"
      Write pipeline(name, inputColumns, (rows) => flow)."
    `);
  });
});

describe('a verb', () => {
  it('is given a stage, or columns and a function', () => {
    expect(mistake((rows) => rows.map())).toMatchInlineSnapshot(`
      "[STAGE_INVALID] map: give a stage, or output columns and a function, not undefined
      The kinds of stage are stage, batchStage, expander, onnx, python and remote: see docs/stages.md."
    `);
    expect(mistake((rows) => rows.map((row: unknown) => row))).toMatchInlineSnapshot(`
      "[STAGE_INVALID] map: give a stage, or output columns and a function, not a function
      The kinds of stage are stage, batchStage, expander, onnx, python and remote: see docs/stages.md."
    `);
    expect(mistake((rows) => rows.map({ label: text }))).toMatchInlineSnapshot(`
      "[STAGE_INVALID] map: give a stage, or output columns and a function, not an object
      The kinds of stage are stage, batchStage, expander, onnx, python and remote: see docs/stages.md."
    `);
    expect(mistake((rows) => rows.map({ label: text }, 'run'))).toMatchInlineSnapshot(`
      "[STAGE_INVALID] map: the second argument must be a function but is "run"
      The kinds of stage are stage, batchStage, expander, onnx, python and remote: see docs/stages.md."
    `);
    expect(mistake((rows) => rows.flatMap('split'))).toMatchInlineSnapshot(`
      "[STAGE_INVALID] flatMap: give a stage, or output columns and a function, not "split"
      The kinds of stage are stage, batchStage, expander, onnx, python and remote: see docs/stages.md."
    `);
  });

  it('is given columns that can be columns', () => {
    expect(mistake((rows) => rows.map({ '': text }, () => ({})))).toMatchInlineSnapshot(`
      "[COLUMN_INVALID] map: output: "" cannot be the name of a column
      Columns are made by text, bytes, bool, int32, int64, float32, float64, tensor, list, record, json and nullable."
    `);
    expect(mistake((rows) => rows.derive({ ['__proto__']: text }, () => ({})))).toMatchInlineSnapshot(`
      "[COLUMN_INVALID] derive: output: "__proto__" cannot be the name of a column
      Columns are made by text, bytes, bool, int32, int64, float32, float64, tensor, list, record, json and nullable."
    `);
    expect(mistake((rows) => rows.flatMap({ label: nullable }, () => []))).toMatchInlineSnapshot(`
      "[COLUMN_INVALID] flatMap: output: column "label": a function is not a column
      Columns are made by text, bytes, bool, int32, int64, float32, float64, tensor, list, record, json and nullable."
    `);
    expect(mistake((rows) => rows.map([text], () => ({})))).toMatchInlineSnapshot(`
      "[COLUMN_INVALID] map: output: an array of 1 is not an object of columns such as { label: text }
      Columns are made by text, bytes, bool, int32, int64, float32, float64, tensor, list, record, json and nullable."
    `);
  });

  it('finds no column by a name that every object has', () => {
    const input = stage({ name: 'own', input: { constructor: text }, output: { x: text }, run: () => ({ x: '' }) });
    expect(mistake((rows) => rows.map(input))).toMatchInlineSnapshot(`
      "[COLUMN_UNKNOWN] map: this flow has no column "constructor"; its columns are "label", "score"
      Check the spelling against the columns listed."
    `);
    expect(
      mistake((rows) =>
        rows.flatMap(split).gather(rows, (a: Untyped) => ({ n: (a as unknown as { sum(name: string): unknown }).sum('toString') })),
      ),
    ).toMatchInlineSnapshot(`
      "[COLUMN_UNKNOWN] sum: this flow has no column "toString"; its columns are "letter"
      Check the spelling against the columns listed."
    `);
    expect(mistake((rows) => rows.select('hasOwnProperty'))).toMatchInlineSnapshot(`
      "[COLUMN_UNKNOWN] select: this flow has no column "hasOwnProperty"; its columns are "label", "score"
      Check the spelling against the columns listed."
    `);
  });
});

describe('filter', () => {
  it('has a synchronous predicate', () => {
    expect(mistake((rows) => rows.filter())).toMatchInlineSnapshot(`
      "[STAGE_INVALID] filter: the predicate must be a function but is undefined
      The kinds of stage are stage, batchStage, expander, onnx, python and remote: see docs/stages.md."
    `);
    expect(mistake((rows) => rows.filter(['score']))).toMatchInlineSnapshot(`
      "[STAGE_INVALID] filter: the predicate must be a function but is an array of 1
      The kinds of stage are stage, batchStage, expander, onnx, python and remote: see docs/stages.md."
    `);
    expect(mistake((rows) => rows.filter(async () => true))).toMatchInlineSnapshot(`
      "[STAGE_INVALID] filter: the predicate must return true or false but is async
      Compute the answer in an asynchronous derive, then filter by its column."
    `);
  });

  it('names the columns it reads once each', () => {
    expect(mistake((rows) => rows.filter('score', () => true))).toMatchInlineSnapshot(`
      "[OPTION_INVALID] filter: column names must be an array but are "score"
      Check the value of the option named above."
    `);
    expect(mistake((rows) => rows.filter([], () => true))).toMatchInlineSnapshot(`
      "[OPTION_INVALID] filter: name at least one column
      Check the value of the option named above."
    `);
    expect(mistake((rows) => rows.filter(['score', 'score'], () => true))).toMatchInlineSnapshot(`
      "[OPTION_INVALID] filter: column "score" is named twice
      Check the value of the option named above."
    `);
    expect(mistake((rows) => rows.filter(['scor'], () => true))).toMatchInlineSnapshot(`
      "[COLUMN_UNKNOWN] filter: this flow has no column "scor" (did you mean "score"?); its columns are "label", "score"
      Check the spelling against the columns listed."
    `);
  });
});

describe('select', () => {
  it('names columns once each', () => {
    expect(mistake((rows) => rows.select())).toMatchInlineSnapshot(`
      "[OPTION_INVALID] select: name at least one column
      Check the value of the option named above."
    `);
    expect(mistake((rows) => rows.select('label', 'label'))).toMatchInlineSnapshot(`
      "[OPTION_INVALID] select: column "label" is named twice
      Check the value of the option named above."
    `);
    expect(mistake((rows) => rows.select(['label', 'score']))).toMatchInlineSnapshot(`
      "[OPTION_INVALID] select: give the name of a column, not an array of 2
      Check the value of the option named above."
    `);
    expect(mistake((rows) => rows.select('Label'))).toMatchInlineSnapshot(`
      "[COLUMN_UNKNOWN] select: this flow has no column "Label" (did you mean "label"?); its columns are "label", "score"
      Check the spelling against the columns listed."
    `);
  });
});

describe('rename', () => {
  it('gives new names by old ones', () => {
    expect(mistake((rows) => rows.rename())).toMatchInlineSnapshot(`
      "[OPTION_INVALID] rename: give new names by old ones, such as { label: 'name' }, not undefined
      Check the value of the option named above."
    `);
    expect(mistake((rows) => rows.rename(['label', 'name']))).toMatchInlineSnapshot(`
      "[OPTION_INVALID] rename: give new names by old ones, such as { label: 'name' }, not an array of 2
      Check the value of the option named above."
    `);
    expect(mistake((rows) => rows.rename({ labl: 'name' }))).toMatchInlineSnapshot(`
      "[COLUMN_UNKNOWN] rename: this flow has no column "labl" (did you mean "label"?); its columns are "label", "score"
      Check the spelling against the columns listed."
    `);
    expect(mistake((rows) => rows.rename({ label: 1 }))).toMatchInlineSnapshot(`
      "[COLUMN_INVALID] rename: the new name of "label" must be text but is the number 1
      Columns are made by text, bytes, bool, int32, int64, float32, float64, tensor, list, record, json and nullable."
    `);
    expect(mistake((rows) => rows.rename({ label: '' }))).toMatchInlineSnapshot(`
      "[COLUMN_INVALID] rename: "" cannot be the name of a column
      Columns are made by text, bytes, bool, int32, int64, float32, float64, tensor, list, record, json and nullable."
    `);
    expect(mistake((rows) => rows.rename({ label: '__proto__' }))).toMatchInlineSnapshot(`
      "[COLUMN_INVALID] rename: "__proto__" cannot be the name of a column
      Columns are made by text, bytes, bool, int32, int64, float32, float64, tensor, list, record, json and nullable."
    `);
  });

  it('leaves every column with a name of its own', () => {
    expect(mistake((rows) => rows.rename({ label: 'score' }))).toMatchInlineSnapshot(`
      "[COLUMN_TAKEN] rename: two columns would be named "score"
      Rename one of the two columns, or leave one out with select."
    `);
    expect(mistake((rows) => rows.rename({ label: 'x', score: 'x' }))).toMatchInlineSnapshot(`
      "[COLUMN_TAKEN] rename: two columns would be named "x"
      Rename one of the two columns, or leave one out with select."
    `);
    expect(mistake((rows) => rows.rename({}))).toBe('accepted');
  });
});

describe('join', () => {
  const other = (rows: Untyped) => rows.map(upper);

  it('is inner, left or outer', () => {
    expect(mistake((rows) => rows.join(other(rows), { how: 'right' }))).toMatchInlineSnapshot(`
      "[OPTION_INVALID] join: how must be "inner", "left" or "outer" but is "right"
      Check the value of the option named above."
    `);
    expect(mistake((rows) => rows.join(other(rows), { how: 'lef' }))).toMatchInlineSnapshot(`
      "[OPTION_INVALID] join: how must be "inner", "left" or "outer" but is "lef" (did you mean "left"?)
      Check the value of the option named above."
    `);
    expect(mistake((rows) => rows.join(other(rows), { hwo: 'left' }))).toMatchInlineSnapshot(`
      "[OPTION_INVALID] join: there is no option "hwo" (did you mean "how"?)
      The options are how, as."
    `);
    expect(mistake((rows) => rows.join(other(rows), 'left'))).toMatchInlineSnapshot(`
      "[OPTION_INVALID] join: the options must be an object but are "left"
      Check the value of the option named above."
    `);
  });

  it('puts a record where there is no column', () => {
    expect(mistake((rows) => rows.join(rows, { as: 'score' }))).toMatchInlineSnapshot(`
      "[COLUMN_TAKEN] join: this flow already has a column "score"
      Rename one of the two columns, or leave one out with select."
    `);
    expect(mistake((rows) => rows.join(rows, { as: '' }))).toMatchInlineSnapshot(`
      "[COLUMN_INVALID] join: "" cannot be the name of a column
      Columns are made by text, bytes, bool, int32, int64, float32, float64, tensor, list, record, json and nullable."
    `);
    expect(mistake((rows) => rows.join(rows, { as: 1 }))).toMatchInlineSnapshot(`
      "[OPTION_INVALID] join: as must be the name of a column but is the number 1
      Check the value of the option named above."
    `);
    expect(mistake((rows) => rows.join(rows))).toMatchInlineSnapshot(`
      "[COLUMN_TAKEN] join: both flows have a column "label"; select, rename, or use "as"
      Rename one of the two columns, or leave one out with select."
    `);
  });
});

describe('gather', () => {
  const gathered = (build: unknown) => mistake((rows) => rows.flatMap({ word: text, n: int32 }, () => []).gather(rows, build));
  type Calls = Readonly<Record<'count' | 'sum' | 'avg' | 'min' | 'argMax' | 'collect' | 'first', (...args: unknown[]) => unknown>>;

  it('builds aggregates', () => {
    expect(gathered(undefined)).toMatchInlineSnapshot(`
      "[OPTION_INVALID] gather: give a function that builds the aggregates, such as (a) => ({ n: a.count() })
      Check the value of the option named above."
    `);
    expect(gathered(() => ({ n: 3 }))).toMatchInlineSnapshot(`
      "[OPTION_INVALID] gather: "n" must be an aggregate such as a.count() but is the number 3
      Check the value of the option named above."
    `);
    expect(gathered((a: Calls) => ({ n: a.count }))).toMatchInlineSnapshot(`
      "[OPTION_INVALID] gather: "n" must be an aggregate such as a.count() but is a function
      Check the value of the option named above."
    `);
    expect(gathered((a: Calls) => ({ '': a.count() }))).toMatchInlineSnapshot(`
      "[COLUMN_INVALID] gather: "" cannot be the name of a column
      Columns are made by text, bytes, bool, int32, int64, float32, float64, tensor, list, record, json and nullable."
    `);
    expect(gathered(() => undefined)).toMatchInlineSnapshot(`
      "[OPTION_INVALID] gather: the function must return aggregates such as { n: a.count() } but returned undefined
      Check the value of the option named above."
    `);
    expect(gathered(async (a: Calls) => ({ n: a.count() }))).toMatchInlineSnapshot(`
      "[OPTION_INVALID] gather: the function must return aggregates such as { n: a.count() } but returned a Promise
      Check the value of the option named above."
    `);
  });

  it('aggregates columns of the right kind', () => {
    expect(gathered((a: Calls) => ({ x: a.sum('word') }))).toMatchInlineSnapshot(`
      "[COLUMN_MISMATCH] sum: column "word" is text but must be a number
      Change the column of the stage, or convert the values in a map before it."
    `);
    expect(gathered((a: Calls) => ({ x: a.avg() }))).toMatchInlineSnapshot(`
      "[OPTION_INVALID] avg: give the name of a column, not undefined
      Check the value of the option named above."
    `);
    expect(gathered((a: Calls) => ({ x: a.argMax('word') }))).toMatchInlineSnapshot(`
      "[OPTION_INVALID] argMax: give the name of a column, not undefined
      Check the value of the option named above."
    `);
    expect(gathered((a: Calls) => ({ x: a.argMax('word', { from: 'n' }) }))).toMatchInlineSnapshot(`
      "[OPTION_INVALID] argMax: there is no option "from"
      The options are by."
    `);
    expect(gathered((a: Calls) => ({ x: a.first(['word']) }))).toMatchInlineSnapshot(`
      "[OPTION_INVALID] first: give the name of a column, not an array of 1
      Check the value of the option named above."
    `);
  });

  it('collects named columns', () => {
    expect(gathered((a: Calls) => ({ x: a.collect() }))).toMatchInlineSnapshot(`
      "[OPTION_INVALID] collect: give the name of one column, or an array of names
      Check the value of the option named above."
    `);
    expect(gathered((a: Calls) => ({ x: a.collect(['word', 'word']) }))).toMatchInlineSnapshot(`
      "[OPTION_INVALID] collect: column "word" is named twice
      Check the value of the option named above."
    `);
    expect(gathered((a: Calls) => ({ x: a.collect(['word'], { sortBy: 'm' }) }))).toMatchInlineSnapshot(`
      "[COLUMN_UNKNOWN] collect: sortBy: this flow has no column "m"; its columns are "word", "n"
      Check the spelling against the columns listed."
    `);
    expect(gathered((a: Calls) => ({ x: a.collect('word', { sortBy: 'n' }) }))).toMatchInlineSnapshot(`
      "[OPTION_INVALID] collect: there is no option "sortBy"
      Leave it out: there are no options here."
    `);
  });
});

it('throws FlowErrors, which carry a code', () => {
  expect(() => (pipeline as UntypedPipeline)('words', columns, () => undefined)).toThrow(FlowError);
});
