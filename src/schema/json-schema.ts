import type { StandardJSONSchemaV1 } from '@standard-schema/spec';
import type { ColumnSpec, Schema } from './column.ts';
import { printColumn } from './fit.ts';
import type { Shape } from './tensor.ts';

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** The JSON Schema of a row, as json-codec.ts reads and writes it. */
export function rowJsonSchema(schema: Schema): JsonSchema {
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(schema).map(([name, column]) => [name, columnJsonSchema(column)])),
    required: Object.keys(schema),
    additionalProperties: false,
  };
}

/** The JSON Schema of one column; its description is the column's type as FlowServe prints it. */
export function columnJsonSchema(column: ColumnSpec): JsonSchema {
  const described = { description: printColumn(column), ...kindSchema(column) };
  return column.nullable ? { anyOf: [described, { type: 'null' }] } : described;
}

const int64Schema: JsonSchema = { anyOf: [{ type: 'string', pattern: '^-?[0-9]{1,19}$' }, { type: 'integer' }] };
const floatSchema: JsonSchema = { anyOf: [{ type: 'number' }, { enum: ['NaN', 'Infinity', '-Infinity'] }] };

function kindSchema(column: ColumnSpec): JsonSchema {
  switch (column.kind) {
    case 'text':
      return { type: 'string' };
    case 'bytes':
      return { type: 'string', contentEncoding: 'base64' };
    case 'bool':
      return { type: 'boolean' };
    case 'int32':
      return { type: 'integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 };
    case 'int64':
      return int64Schema;
    case 'float32':
    case 'float64':
      return floatSchema;
    case 'tensor':
      return tensorSchema(column);
    case 'list':
      return { type: 'array', items: columnJsonSchema(column.of) };
    case 'record':
      return rowJsonSchema(column.fields);
    case 'json':
      return schemaOfJson(column);
  }
}

function tensorSchema({ datatype, shape }: ColumnSpec & { kind: 'tensor' }): JsonSchema {
  const element = elementSchema(datatype);
  const object = {
    type: 'object',
    properties: {
      datatype: { const: datatype },
      shape: { type: 'array', prefixItems: shape.map(lengthSchema), items: false, minItems: shape.length },
      data: { type: 'array', items: element, description: 'the elements, row by row' },
    },
    required: ['datatype', 'shape', 'data'],
  };
  return { anyOf: [object, nestedSchema(shape, element)] };
}

function lengthSchema(length: number): JsonSchema {
  return length === -1 ? { type: 'integer', minimum: 0 } : { const: length };
}

function nestedSchema(shape: Shape, element: JsonSchema): JsonSchema {
  return shape.reduceRight<JsonSchema>(
    (items, length) => (length === -1 ? { type: 'array', items } : { type: 'array', items, minItems: length, maxItems: length }),
    element,
  );
}

function elementSchema(datatype: (ColumnSpec & { kind: 'tensor' })['datatype']): JsonSchema {
  switch (datatype) {
    case 'BOOL':
      return { type: 'boolean' };
    case 'INT64':
    case 'UINT64':
      return int64Schema;
    case 'BYTES':
      return { type: 'string', contentEncoding: 'base64' };
    case 'FP16':
    case 'BF16':
    case 'FP32':
    case 'FP64':
      return floatSchema;
    case 'INT8':
    case 'INT16':
    case 'INT32':
    case 'UINT8':
    case 'UINT16':
    case 'UINT32':
      return { type: 'integer' };
  }
}

/** Newer Standard Schemas describe themselves; of the others it is only known that they take some values. */
function schemaOfJson({ schema }: ColumnSpec & { kind: 'json' }): JsonSchema {
  const standard = schema?.['~standard'] as Partial<StandardJSONSchemaV1.Props> | undefined;
  if (standard?.jsonSchema === undefined) return {};
  try {
    return standard.jsonSchema.input({ target: 'draft-2020-12' });
  } catch {
    // The specification lets a library throw where it cannot say; any value is then a true description.
    return {};
  }
}
