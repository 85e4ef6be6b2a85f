import { describe, expect, it } from 'vitest';
import { bytes, type Columns, int64, list, record, schemaOf, tensor, text } from './column.ts';
import { exampleRow } from './example-row.ts';
import { rowFromJson } from './json-codec.ts';

describe('exampleRow', () => {
  it('gives a row that is taken', () => {
    const columns: Columns = {
      text,
      bytes,
      int64,
      tensor: tensor('FP16', [2, -1]),
      blobs: tensor('BYTES', [1]),
      list: list(text),
      record: record({ text }),
    };
    const schema = schemaOf(columns, 'test');
    expect(rowFromJson(schema, exampleRow(schema))).toMatchObject({ text: 'text', int64: 1n });
  });

  it('does not write a large tensor out', () => {
    expect(JSON.stringify(exampleRow(schemaOf({ image: tensor('FP32', [3, 224, 224]) }, 'test'))).length).toBeLessThan(200);
  });
});
