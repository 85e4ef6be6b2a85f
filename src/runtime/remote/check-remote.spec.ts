import { describe, expect, it } from 'vitest';
import { specOf } from '../../../test/support/stages.ts';
import type { RemoteImplementation } from '../../plan/stage.ts';
import { bytes, type Columns, float32, json, nullable, schemaOf, tensor, text } from '../../schema/column.ts';
import type { TensorMetadata } from '../../wire/metadata.ts';
import { type Calls, checkRemote } from './check-remote.ts';

const t = (name: string, datatype: string, ...shape: readonly number[]): TensorMetadata => ({ name, datatype, shape });
const fp32 = (...shape: readonly number[]): Columns[string] => tensor('FP32', shape);

interface Case {
  readonly input?: Columns;
  readonly output?: Columns;
  readonly inputs?: readonly TensorMetadata[];
  readonly outputs?: readonly TensorMetadata[];
  readonly tensors?: Readonly<Record<string, string>>;
  readonly bound?: number;
  readonly optional?: readonly string[];
}

/** A model from x [-1,3,-1] to y [-1,2], as its stage declares it, but for what is said otherwise. */
function check(given: Case = {}): Calls {
  const implementation: RemoteImplementation = {
    kind: 'remote',
    url: 'http://triton:8000',
    model: 'net',
    version: undefined,
    tensors: given.tensors ?? {},
    connections: 8,
    headers: {},
  };
  const stage = specOf(implementation, {
    name: 'm',
    input: schemaOf(given.input ?? { x: fp32(3, -1) }, 'input'),
    output: schemaOf(given.output ?? { y: fp32(2) }, 'output'),
  });
  const model = { inputs: given.inputs ?? [t('x', 'FP32', -1, 3, -1)], outputs: given.outputs ?? [t('y', 'FP32', -1, 2)] };
  return checkRemote(stage, implementation, { ...model, optional: new Set(given.optional), maxBatch: given.bound, isBinary: true });
}

const calls = (fields: Partial<Calls> = {}): Calls => ({ isBatched: true, maxBatch: 32, wide: new Set(), ...fields });

describe('the calls of a model', () => {
  it.each<[string, Case, Calls]>([
    ['take rows as their first dimension', {}, calls()],
    ['take no more rows than the server says', { bound: 4 }, calls({ maxBatch: 4 })],
    ['take no more rows than the stage says', { bound: 64 }, calls()],
    ['take one row where the first dimension is 1', { inputs: [t('x', 'FP32', 1, 3, -1)] }, calls({ maxBatch: 1 })],
    [
      'take a row as it is where there is no such dimension',
      { inputs: [t('x', 'FP32', 3, -1)], outputs: [t('y', 'FP32', 2)] },
      calls({ isBatched: false, maxBatch: 1 }),
    ],
    [
      'take a row as it is where its only dimension has any length',
      { input: { x: fp32(-1) }, inputs: [t('x', 'FP32', -1)], output: { y: fp32(-1) }, outputs: [t('y', 'FP32', -1)] },
      calls({ isBatched: false, maxBatch: 1 }),
    ],
    [
      'take single values with a last dimension of 1',
      { input: { x: text }, inputs: [t('x', 'BYTES', -1, 1)], output: { y: float32 }, outputs: [t('y', 'FP32', -1)] },
      calls({ wide: new Set(['x']) }),
    ],
    [
      'take a text for each row of [1]',
      { input: { x: text }, inputs: [t('x', 'BYTES', 1)], output: { y: float32 }, outputs: [t('y', 'FP32', 1)] },
      calls({ maxBatch: 1 }),
    ],
    ['are believed to be right where the server names no tensors', { inputs: [], outputs: [] }, calls()],
    ['need not give what is optional', { inputs: [t('x', 'FP32', -1, 3, -1), t('mask', 'BOOL', -1)], optional: ['mask'] }, calls()],
    ['go by tensors of other names', { input: { image: fp32(3, -1) }, tensors: { image: 'x' } }, calls()],
    ['give outputs that nobody reads', { outputs: [t('y', 'FP32', -1, 2), t('z', 'INT8', -1)] }, calls()],
    ['give bytes for what only JSON can hold', { output: { y: nullable(text) }, outputs: [t('y', 'BYTES', -1)] }, calls()],
  ])('%s', (_, given, expected) => expect(check(given)).toEqual(expected));
});

describe('columns that are not those of the model', () => {
  it('are told one line each', () => {
    const point = json<unknown>({ '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } });
    const given: Case = {
      input: { xx: fp32(3, -1), mask: bytes },
      output: { y: fp32(2), z: point, w: float32 },
      inputs: [t('x', 'FP32', -1, 3, -1), t('mask', 'UINT8', -1, 5)],
      outputs: [t('y', 'FP64', -1, 2), t('z', 'BYTES', -1), t('w', 'FP32', -1, 7)],
    };
    let message = '';
    try {
      check(given);
    } catch (error) {
      message = `${(error as Error).message}\n${(error as { readonly hint: string }).hint}`;
    }
    expect(message).toMatchInlineSnapshot(`
      "[MODEL_MISMATCH] remote "m": the columns are not those of model "net" at http://triton:8000:
      - the server has no input "xx" (FP32 [3,-1]) (did you mean "x"?); its inputs are "x", FP32 [-1,3,-1]; "mask", UINT8 [-1,5]
      - input "mask" is declared bytes, on the wire BYTES [-1], but the server has UINT8 [-1,5]
      - the server also needs the input "x", FP32 [-1,3,-1]
      - output "y" is declared FP32 [2], on the wire FP32 [-1,2], but the server has FP64 [-1,2]
      - output "w" is declared float32, on the wire FP32 [-1], but the server has FP32 [-1,7]
      Declare input and output as the server has them, without the first dimension where it counts rows. Where only a name differs, say which tensor a column is: tensors: { column: 'TENSOR' }."
    `);
  });

  it('are told in one line where only one differs', () => {
    expect(() => check({ input: { x: fp32(4, -1) } })).toThrow(
      'remote "m": the columns are not those of model "net" at http://triton:8000: input "x" is declared FP32 [4,-1], on the wire FP32 [-1,4,-1], but the server has FP32 [-1,3,-1]',
    );
  });

  it.each<[string, Case]>([
    ['a batch that always holds more than one row', { inputs: [t('x', 'FP32', 8, 3, -1)] }],
    ['a datatype that no column has', { inputs: [t('x', 'STRING', -1, 3, -1)] }],
    ['an input that nobody gives', { inputs: [t('x', 'FP32', -1, 3, -1), t('mask', 'BOOL', -1)] }],
    ['a dynamic length where the server has a fixed one', { input: { x: fp32(-1, -1) } }],
    ['rows in the output alone', { inputs: [t('x', 'FP32', 3, -1)] }],
  ])('%s', (_, given) => expect(() => check(given)).toThrow(expect.objectContaining({ code: 'MODEL_MISMATCH' })));
});
