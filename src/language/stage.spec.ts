import { describe, expect, it } from 'vitest';
import type { StageSpec } from '../plan/stage.ts';
import { schemaOf, text } from '../schema/column.ts';
import { batchStage, expander, stage } from './stage.ts';

type Make = (definition: unknown) => StageSpec & { readonly kind: string };
const untyped = { stage, batchStage, expander } as unknown as Readonly<Record<'stage' | 'batchStage' | 'expander', Make>>;
const definition = { name: 'upper', input: { label: text }, output: { upper: text }, run: () => ({ upper: '' }) };
const refused = (code: string, problem: string) => expect.objectContaining({ code, problem });

describe('a stage', () => {
  it('is what it was defined as, with every option said', () => {
    expect(untyped.stage(definition)).toEqual({
      kind: 'stage',
      name: 'upper',
      input: schemaOf(definition.input, 'spec'),
      output: schemaOf(definition.output, 'spec'),
      implementation: { kind: 'row', run: definition.run },
      setup: undefined,
      teardown: undefined,
      maxBatch: 32,
      timeoutMs: undefined,
      runsOn: undefined,
      effects: false,
      race: undefined,
    });
  });

  it('has the shape of function that its verb says', () => {
    const shapes = (['stage', 'batchStage', 'expander'] as const).map((verb) => untyped[verb](definition));
    expect(shapes.map(({ kind, implementation }) => `${kind} ${implementation.kind}`)).toEqual([
      'stage row',
      'stage batch',
      'expander expand',
    ]);
  });

  it('runs on threads where it says how many replicas it has or what they occupy', () => {
    expect(untyped.stage({ ...definition, replicas: 3 })).toMatchObject({ runsOn: 'thread', replicas: { min: 3, max: 3 } });
    expect(untyped.stage({ ...definition, replicas: { max: 8 } })).toMatchObject({ replicas: { min: 1, max: 8 } });
    expect(untyped.stage({ ...definition, resource: 'gpu' })).toMatchObject({ runsOn: 'thread', resource: 'gpu' });
  });

  it.each([
    [{ replicas: 0 }, 'replicas must be a whole number of at least 1, or { min, max } of such but is the number 0'],
    [{ replicas: { min: 3, max: 2 } }, 'replicas must be a whole number of at least 1, or { min, max } of such but is an object'],
    [{ resource: '' }, 'resource must be the name of a resource, such as "gpu" but is ""'],
    [{ runsOn: 'loop', replicas: 2 }, 'on the event loop a function has one replica, so replicas has no meaning there'],
  ])('is refused with %o', (fields, problem) => {
    expect(() => untyped.stage({ ...definition, ...fields })).toThrow(refused('OPTION_INVALID', `stage "upper": ${problem}`));
  });

  it('keeps its options', () => {
    const setup = () => 3;
    const options = { maxBatch: 1, timeoutMs: 0.5, runsOn: 'thread', effects: true, setup, teardown: setup };
    expect(untyped.batchStage({ ...definition, ...options })).toMatchObject(options);
  });

  it('cannot be changed', () => expect(Object.isFrozen(untyped.stage(definition))).toBe(true));
});

describe('a definition', () => {
  it.each<[unknown, string]>([
    [undefined, 'stage: the definition must be an object but is undefined'],
    ['upper', 'stage: the definition must be an object but is "upper"'],
    [{ ...definition, name: '' }, 'stage: name must be a non-empty string but is ""'],
    [{ ...definition, name: 7 }, 'stage: name must be a non-empty string but is the number 7'],
    [{ ...definition, run: undefined }, 'stage "upper": run must be a function but is undefined'],
    [{ ...definition, run: 'upper' }, 'stage "upper": run must be a function but is "upper"'],
  ])('that defines no stage is refused, case %#', (wrong, problem) => {
    expect(() => untyped.stage(wrong)).toThrow(refused('STAGE_INVALID', problem));
  });

  it.each<[object, string]>([
    [{ input: undefined }, 'stage "upper": input: undefined is not an object of columns such as { label: text }'],
    [{ input: { label: String } }, 'stage "upper": input: column "label": a function is not a column'],
    [{ output: [text] }, 'stage "upper": output: an array of 1 is not an object of columns such as { label: text }'],
    [{ output: { '': text } }, 'stage "upper": output: "" cannot be the name of a column'],
    [{ output: { ['__proto__']: text } }, 'stage "upper": output: "__proto__" cannot be the name of a column'],
  ])('has columns, case %#', (wrong, problem) => {
    expect(() => untyped.stage({ ...definition, ...wrong })).toThrow(refused('COLUMN_INVALID', problem));
  });

  it.each<[object, string]>([
    [{ maxBatch: 0 }, 'maxBatch must be a whole number of at least 1 but is the number 0'],
    [{ maxBatch: 1.5 }, 'maxBatch must be a whole number of at least 1 but is the number 1.5'],
    [{ maxBatch: '16' }, 'maxBatch must be a whole number of at least 1 but is "16"'],
    [{ maxBatch: null }, 'maxBatch must be a whole number of at least 1 but is null'],
    [{ timeoutMs: 0 }, 'timeoutMs must be a number of milliseconds above 0 but is the number 0'],
    [{ timeoutMs: Number.NaN }, 'timeoutMs must be a number of milliseconds above 0 but is the number NaN'],
    [{ timeoutMs: '1s' }, 'timeoutMs must be a number of milliseconds above 0 but is "1s"'],
    [{ runsOn: 'gpu' }, 'runsOn must be "loop" or "thread" but is "gpu"'],
    [{ effects: 'none' }, 'effects must be true or false but is "none"'],
    [{ setup: 3 }, 'setup must be a function but is the number 3'],
    [{ teardown: {} }, 'teardown must be a function but is an object'],
    [{ maxbatch: 3 }, 'there is no option "maxbatch" (did you mean "maxBatch"?)'],
    [{ gpu: true }, 'there is no option "gpu"'],
  ])('has options of their kind, case %#', (wrong, problem) => {
    expect(() => untyped.stage({ ...definition, ...wrong })).toThrow(refused('OPTION_INVALID', `stage "upper": ${problem}`));
    expect(() => untyped.expander({ ...definition, ...wrong })).toThrow(refused('OPTION_INVALID', `expander "upper": ${problem}`));
  });
});
