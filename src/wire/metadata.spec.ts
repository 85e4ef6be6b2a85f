import { describe, expect, it } from 'vitest';
import { bool, type Columns, float32, list, nullable, schemaOf, tensor, text } from '../schema/column.ts';
import { metadataDifferences, metadataOf, type TensorMetadata } from './metadata.ts';

const columns = { label: text, boxes: tensor('FP32', [-1, 4]), pixels: tensor('FP32', [3, 8]) };
const schema = schemaOf(columns, 'test');
const differences = (kind: 'input' | 'output', changes: Readonly<Record<string, TensorMetadata | null>>, rowsPerCall?: number) => {
  const tensors = metadataOf(schema).flatMap((known) => (Object.hasOwn(changes, known.name) ? (changes[known.name] ?? []) : [known]));
  return metadataDifferences(kind, schema, tensors, rowsPerCall);
};

describe('the metadata of a schema', () => {
  it('has a tensor for each column, with any number of rows', () => {
    const print = (given: Columns) =>
      metadataOf(schemaOf(given, 'test')).map(({ name, datatype, shape }) => `${name} ${datatype} [${shape}]`);
    expect(print({ ...columns, isSure: bool, scores: list(float32), better: nullable(tensor('FP32', [2])) })).toEqual([
      'label BYTES [-1]',
      'boxes FP32 [-1,-1,4]',
      'pixels FP32 [-1,3,8]',
      'isSure BOOL [-1]',
      'scores BYTES [-1]',
      'better BYTES [-1]',
    ]);
  });
});

describe('what differs between columns and the tensors of a server', () => {
  it('is nothing for the same ones, nor for dynamic lengths of the server', () => {
    expect(differences('input', {})).toEqual([]);
    expect(differences('output', {})).toEqual([]);
    expect(differences('input', { pixels: { name: 'pixels', datatype: 'FP32', shape: [-1, -1, -1] } })).toEqual([]);
  });

  it('is a tensor that is missing or of another type', () => {
    expect(
      differences('input', {
        label: { name: 'lable', datatype: 'BYTES', shape: [-1] },
        pixels: { name: 'pixels', datatype: 'FP16', shape: [-1, 3, 8] },
      }),
    ).toEqual([
      'the server has no input "label" (text) (did you mean "lable"?); its inputs are "lable", BYTES [-1]; "boxes", FP32 [-1,-1,4]; "pixels", FP16 [-1,3,8]',
      'input "pixels" is declared FP32 [3,8], on the wire FP32 [-1,3,8], but the server has FP16 [-1,3,8]',
      'the server also needs the input "lable", BYTES [-1]',
    ]);
  });

  it('is a dynamic column where the server takes one length alone, but not where it gives one', () => {
    const boxes = { boxes: { name: 'boxes', datatype: 'FP32', shape: [-1, 10, 4] } };
    expect(differences('input', boxes)).toEqual([
      'input "boxes" is declared FP32 [-1,4], on the wire FP32 [-1,-1,4], but the server has FP32 [-1,10,4]',
    ]);
    expect(differences('output', boxes)).toEqual([]);
  });

  it('is a server that takes a fixed number of rows, unless that is how many are sent', () => {
    const fixed = { label: { name: 'label', datatype: 'BYTES', shape: [1] } };
    expect(differences('input', fixed)).toEqual(['input "label" is declared text, on the wire BYTES [-1], but the server has BYTES [1]']);
    expect(differences('input', fixed, 1)).toEqual([]);
  });

  it('is an input that no column feeds, not an output that no column reads', () => {
    const more: TensorMetadata = { name: 'mask', datatype: 'BOOL', shape: [-1] };
    expect(metadataDifferences('input', {}, [more])).toEqual(['the server also needs the input "mask", BOOL [-1]']);
    expect(metadataDifferences('output', {}, [more])).toEqual([]);
    expect(metadataDifferences('output', schemaOf({ a: bool }, 'test'), [])).toEqual([
      'the server has no output "a" (bool); it has no outputs',
    ]);
  });
});
