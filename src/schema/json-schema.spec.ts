import { describe, expect, it } from 'vitest';
import { bytes, float32, int64, json, nullable, schemaOf, specOf, tensor, text } from './column.ts';
import { columnJsonSchema, rowJsonSchema } from './json-schema.ts';

const schemaOfColumn = (column: unknown) => columnJsonSchema(specOf(column, 'test'));

describe('columnJsonSchema', () => {
  it('says how each kind stands in JSON', () => {
    expect(schemaOfColumn(text)).toEqual({ description: 'text', type: 'string' });
    expect(schemaOfColumn(bytes)).toEqual({ description: 'bytes', type: 'string', contentEncoding: 'base64' });
    expect(schemaOfColumn(int64)).toMatchObject({ anyOf: [{ type: 'string' }, { type: 'integer' }] });
    expect(schemaOfColumn(float32)).toMatchObject({ anyOf: [{ type: 'number' }, { enum: ['NaN', 'Infinity', '-Infinity'] }] });
  });

  it('takes null where the column does', () => {
    expect(schemaOfColumn(nullable(text))).toEqual({ anyOf: [{ description: 'text or null', type: 'string' }, { type: 'null' }] });
  });

  it('takes a tensor by its fields or as nested arrays, of the lengths that are fixed', () => {
    expect(schemaOfColumn(tensor('UINT8', [2, -1]))).toMatchInlineSnapshot(`
      {
        "anyOf": [
          {
            "properties": {
              "data": {
                "description": "the elements, row by row",
                "items": {
                  "type": "integer",
                },
                "type": "array",
              },
              "datatype": {
                "const": "UINT8",
              },
              "shape": {
                "items": false,
                "minItems": 2,
                "prefixItems": [
                  {
                    "const": 2,
                  },
                  {
                    "minimum": 0,
                    "type": "integer",
                  },
                ],
                "type": "array",
              },
            },
            "required": [
              "datatype",
              "shape",
              "data",
            ],
            "type": "object",
          },
          {
            "items": {
              "items": {
                "type": "integer",
              },
              "type": "array",
            },
            "maxItems": 2,
            "minItems": 2,
            "type": "array",
          },
        ],
        "description": "UINT8 [2,-1]",
      }
    `);
  });

  it('asks a json schema that can describe itself', () => {
    const standard = { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } as const;
    const described = { '~standard': { ...standard, jsonSchema: { input: () => ({ type: 'number' }), output: () => ({}) } } };
    const unable = {
      '~standard': {
        ...standard,
        jsonSchema: {
          input: () => {
            throw new Error('cannot');
          },
          output: () => ({}),
        },
      },
    };
    expect(schemaOfColumn(json(described))).toEqual({ description: 'json', type: 'number' });
    expect(schemaOfColumn(json(unable))).toEqual({ description: 'json' });
    expect(schemaOfColumn(json({ '~standard': standard }))).toEqual({ description: 'json' });
  });
});

describe('rowJsonSchema', () => {
  it('demands every column and no other', () => {
    expect(rowJsonSchema(schemaOf({ a: text, b: nullable(text) }, 'test'))).toMatchObject({
      required: ['a', 'b'],
      additionalProperties: false,
    });
  });
});
