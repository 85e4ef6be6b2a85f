import { describe, expect, it } from 'vitest';
import { specOf } from '../../../test/support/stages.ts';
import type { StageSpec } from '../../plan/stage.ts';
import { type Columns, schemaOf, tensor } from '../../schema/column.ts';
import { type Batching, checkModel, type ModelTensor } from './check-model.ts';

const x = (shape: ModelTensor['shape'], type = 'float32'): ModelTensor => ({ name: 'x', type, shape });
const y = (shape: ModelTensor['shape'], type = 'float32'): ModelTensor => ({ name: 'y', type, shape });
const fp32 = (...shape: readonly number[]): Columns[string] => tensor('FP32', shape);

interface Case {
  readonly input?: Columns;
  readonly output?: Columns;
  readonly inputs?: readonly ModelTensor[];
  readonly outputs?: readonly ModelTensor[];
  readonly tensors?: Readonly<Record<string, string>>;
  readonly maxBatch?: number;
}

/** A model from x [batch,3,-1] to y [batch,2], as its stage declares it, but for what is said otherwise. */
function check(given: Case = {}): Batching {
  const stage: StageSpec = specOf(
    { kind: 'onnx', model: '/m.onnx', tensors: {}, threads: 1 },
    {
      name: 'm',
      input: schemaOf(given.input ?? { x: fp32(3, -1) }, 'input'),
      output: schemaOf(given.output ?? { y: fp32(2) }, 'output'),
      maxBatch: given.maxBatch ?? 32,
    },
  );
  const model = { inputs: given.inputs ?? [x(['batch', 3, 'width'])], outputs: given.outputs ?? [y(['batch', 2])] };
  return checkModel(stage, given.tensors ?? {}, model);
}

describe('checkModel', () => {
  it.each<[string, Case, Batching]>([
    ['one dimension more than the columns, which is the batch', {}, { isBatched: true, maxBatch: 32 }],
    ['a bound of the stage', { maxBatch: 4 }, { isBatched: true, maxBatch: 4 }],
    ['a batch that is always 1', { inputs: [x([1, 3, 'width'])] }, { isBatched: true, maxBatch: 1 }],
    ['no batch', { inputs: [x([3, 'width'])], outputs: [y([2])] }, { isBatched: false, maxBatch: 1 }],
    ['an output of unknown shape', { outputs: [y([])] }, { isBatched: true, maxBatch: 32 }],
    ['an output whose length the model fixes', { output: { y: fp32(-1) } }, { isBatched: true, maxBatch: 32 }],
    ['a fixed length for a dynamic one of the model', { input: { x: fp32(3, 48) } }, { isBatched: true, maxBatch: 32 }],
    [
      'outputs that nobody reads',
      { outputs: [y(['batch', 2]), { name: 'z', type: 'float32', shape: [1, 1] }] },
      { isBatched: true, maxBatch: 32 },
    ],
    ['tensors of other names', { input: { image: fp32(3, -1) }, tensors: { image: 'x' } }, { isBatched: true, maxBatch: 32 }],
  ])('takes %s', (_, given, batching) => {
    expect(check(given)).toEqual(batching);
  });

  it.each<[string, Case, string]>([
    [
      'an input that the model does not have',
      { input: { xx: fp32(3, -1) } },
      'onnx "m": the model has no input "xx" (did you mean "x"?); its inputs are "x", FP32 [batch,3,width]',
    ],
    [
      'an output that the model does not have',
      { output: { result: fp32(2) } },
      'onnx "m": the model has no output "result"; its outputs are "y", FP32 [batch,2]',
    ],
    [
      'an input that nobody gives',
      { inputs: [x(['batch', 3, 'width']), { name: 'mask', type: 'int64', shape: ['batch', 1] }] },
      'onnx "m": the model also needs the input "mask", INT64 [batch,1]',
    ],
    [
      'another datatype',
      { input: { x: tensor('FP64', [3, -1]) } },
      'onnx "m": input "x" is declared FP64 [batch,3,-1] but the model has FP32 [batch,3,width]',
    ],
    [
      'another length',
      { input: { x: fp32(4, -1) } },
      'onnx "m": input "x" is declared FP32 [batch,4,-1] but the model has FP32 [batch,3,width]',
    ],
    [
      'a dynamic length for a fixed one of the model',
      { input: { x: fp32(-1, -1) } },
      'onnx "m": input "x" is declared FP32 [batch,-1,-1] but the model has FP32 [batch,3,width]',
    ],
    [
      'another length of an output',
      { output: { y: fp32(5) } },
      'onnx "m": output "y" is declared FP32 [batch,5] but the model has FP32 [batch,2]',
    ],
    [
      'two dimensions too few',
      { input: { x: fp32(3) } },
      'onnx "m": input "x" is declared FP32 [batch,3] (the first dimension is the batch) but the model has FP32 [batch,3,width]',
    ],
    [
      'the batch dimension as a column has it',
      { input: { x: fp32(-1, 3, -1) }, inputs: [x(['batch', 3, 'width'])] },
      'onnx "m": input "x" is declared FP32 [batch,-1,3,-1] (the first dimension is the batch) but the model has FP32 [batch,3,width]',
    ],
    [
      'a batch that always holds more than one row',
      { inputs: [x([8, 3, 'width'])] },
      'onnx "m": input "x" of the model, FP32 [8,3,width], always holds 8 rows',
    ],
    [
      'an element type that no column has',
      { inputs: [x(['batch', 3, 'width'], 'bfloat16')] },
      'onnx "m": input "x" is declared FP32 [batch,3,-1] but the model has bfloat16 [batch,3,width]',
    ],
  ])('refuses %s', (_, given, problem) => {
    expect(() => check(given)).toThrow(expect.objectContaining({ code: 'MODEL_MISMATCH', problem }));
  });

  it('tells how to name a tensor that has another name than its column', () => {
    const hint = "Name the column as the model does, or say which tensor it is: tensors: { image: 'x' }.";
    expect(() => check({ input: { image: fp32(3, -1) } })).toThrow(expect.objectContaining({ hint }));
  });
});
