import { describe, expect, it } from 'vitest';
import type { StageSpec } from '../plan/stage.ts';
import { tensor, text } from '../schema/column.ts';
import { onnx } from './onnx.ts';
import { python } from './python.ts';
import { remote } from './remote.ts';
import { batchStage, expander, stage } from './stage.ts';

type Make = (definition: unknown) => StageSpec;
const untyped = { stage, batchStage, expander, onnx, python, remote } as unknown as Readonly<Record<string, Make>>;
const tensors = { value: tensor('FP32', [1]) };
const columns = { input: { label: text }, output: { label: text } };
const definitions: Readonly<Record<string, object>> = {
  stage: { ...columns, run: () => ({ label: '' }) },
  batchStage: { ...columns, run: () => [] },
  expander: { ...columns, run: () => [] },
  onnx: { model: 'm.onnx', inputs: tensors, outputs: tensors },
  python: { ...columns, module: 'lang', function: 'detect' },
  remote: { ...columns, url: 'http://localhost:8000', model: 'net' },
};
const make = (options: object, kind = 'stage'): StageSpec => (untyped[kind] as Make)({ name: 'slow', ...definitions[kind], ...options });
const problemOf = (options: object): string => {
  try {
    return JSON.stringify(make(options).race);
  } catch (error) {
    return (error as { readonly problem: string }).problem;
  }
};

describe('the option race', () => {
  it.each(Object.keys(definitions))('is one of %s', (kind) => {
    expect(make({ race: { copies: 3 } }, kind).race).toEqual({ kind: 'copies', copies: 3 });
    expect(make({}, kind).race).toBe(undefined);
  });

  it('is a number of copies, a hedge with a budget of 5 % or another, or what pays', () => {
    const races = [{ copies: 16 }, { hedge: true }, { hedge: {} }, { hedge: { budget: 1 } }, 'auto'] as const;
    expect(races.map((race) => make({ race }).race)).toEqual([
      { kind: 'copies', copies: 16 },
      { kind: 'hedge', budget: 0.05 },
      { kind: 'hedge', budget: 0.05 },
      { kind: 'hedge', budget: 1 },
      { kind: 'auto' },
    ]);
  });

  it.each<[unknown, string]>([
    ['always', `race must have either copies or hedge, or be 'auto', but is "always"`],
    [true, `race must have either copies or hedge, or be 'auto', but is true`],
    [{}, `race must have either copies or hedge, or be 'auto', but has neither`],
    [{ copies: 2, hedge: true }, `race must have either copies or hedge, or be 'auto', but has copies and hedge`],
    [{ copy: 2 }, 'race: there is no option "copy"'],
    [{ copies: 1 }, 'race: copies must be a whole number from 2 to 16 but is the number 1'],
    [{ copies: 2.5 }, 'race: copies must be a whole number from 2 to 16 but is the number 2.5'],
    [{ copies: 17 }, 'race: copies must be a whole number from 2 to 16 but is the number 17'],
    [{ hedge: false }, 'race: hedge must be true or { budget } but is false'],
    [{ hedge: { budget: 0 } }, 'race: budget must be a share of work above 0 and at most 1 but is the number 0'],
    [{ hedge: { budget: 5 } }, 'race: budget must be a share of work above 0 and at most 1 but is the number 5'],
    [{ hedge: { share: 1 } }, 'race: hedge: there is no option "share"'],
  ])('is refused where it is no race, case %#', (race, problem) => {
    expect(problemOf({ race })).toContain(`stage "slow": ${problem}`);
  });

  it('is refused with effects, which a copy would have once more', () => {
    expect(problemOf({ race: 'auto', effects: true })).toBe('stage "slow": race would run a call several times, and the stage has effects');
  });
});
