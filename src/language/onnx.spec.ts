import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { StageSpec } from '../plan/stage.ts';
import { nullable, tensor, text } from '../schema/column.ts';
import { onnx } from './onnx.ts';

const untyped = onnx as unknown as (definition: unknown) => StageSpec;
const pixels = tensor('FP32', [3, -1, -1]);
const definition = { name: 'detect', model: './detect.onnx', inputs: { pixels }, outputs: { heat: tensor('FP32', [-1, -1]) } };
const refused = (code: string, problem: string) => expect.objectContaining({ code, problem: `onnx "detect": ${problem}` });

describe('a model', () => {
  it('is a stage on the threads, with a tensor for each column', () => {
    expect(untyped({ ...definition, tensors: { heat: 'sigmoid_0' } })).toMatchObject({
      kind: 'stage',
      name: 'detect',
      runsOn: 'thread',
      maxBatch: 32,
      implementation: { kind: 'onnx', model: resolve('detect.onnx'), tensors: { pixels: 'pixels', heat: 'sigmoid_0' }, threads: 1 },
    });
  });

  it('is a file by its URL, as an object or a string, or by its path', () => {
    const path = resolve('models/detect.onnx');
    const models = ['models/detect.onnx', path, pathToFileURL(path), pathToFileURL(path).href];
    const paths = models.map((model) => untyped({ ...definition, model }).implementation);
    expect(paths.map((implementation) => implementation.kind === 'onnx' && implementation.model)).toEqual([path, path, path, path]);
  });

  it('keeps its options', () => {
    const options = { maxBatch: 4, timeoutMs: 100, effects: true };
    expect(untyped({ ...definition, ...options, runsOn: 'thread', threads: 2 })).toMatchObject({
      ...options,
      implementation: { threads: 2 },
    });
  });
});

describe('a definition', () => {
  it.each<[object, string, string]>([
    [{ inputs: { label: text } }, 'COLUMN_INVALID', 'inputs: column "label" must be a tensor but is text'],
    [{ outputs: { heat: nullable(pixels) } }, 'COLUMN_INVALID', 'outputs: column "heat" must be a tensor but is FP32 [3,-1,-1] or null'],
    [{ inputs: {} }, 'COLUMN_INVALID', 'inputs: a model has at least one tensor here'],
    [{ outputs: undefined }, 'COLUMN_INVALID', 'outputs: undefined is not an object of columns such as { label: text }'],
    [{ tensors: { heatmap: 'x' } }, 'OPTION_INVALID', 'tensors must give the model\'s tensor name for a column, but has heatmap: "x"'],
    [{ tensors: { heat: 0 } }, 'OPTION_INVALID', "tensors must give the model's tensor name for a column, but has heat: the number 0"],
    [{ threads: 0 }, 'OPTION_INVALID', 'threads must be a whole number of at least 1 but is the number 0'],
    [{ threads: '2' }, 'OPTION_INVALID', 'threads must be a whole number of at least 1 but is "2"'],
    [{ maxBatch: 0 }, 'OPTION_INVALID', 'maxBatch must be a whole number of at least 1 but is the number 0'],
    [{ runsOn: 'loop' }, 'OPTION_INVALID', 'a model cannot run on the event loop, which it would stop for as long as it computes'],
    [{ setup: () => 3 }, 'OPTION_INVALID', 'there is no option "setup"'],
    [{ input: { pixels } }, 'OPTION_INVALID', 'there is no option "input" (did you mean "inputs"?)'],
    [{ model: '' }, 'STAGE_INVALID', 'model must be a path or a file URL but is ""'],
    [
      { model: new URL('https://example.org/m.onnx') },
      'STAGE_INVALID',
      'model must be a path or a file URL but is "https://example.org/m.onnx"',
    ],
    [{ model: undefined }, 'STAGE_INVALID', 'model must be a path or a file URL but is undefined'],
  ])('that is wrong is refused, case %#', (wrong, code, problem) => {
    expect(() => untyped({ ...definition, ...wrong })).toThrow(refused(code, problem));
  });
});
