import type { ColumnSpec, Schema } from './column.ts';
import { elementCount } from './tensor.ts';

/** A row that fits a schema, as JSON: something to copy and change. */
export function exampleRow(schema: Schema): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(schema).map(([name, column]) => [name, exampleOf(column, name)]));
}

function exampleOf(column: ColumnSpec, name: string): unknown {
  switch (column.kind) {
    case 'text':
      return name;
    case 'bytes':
      return Buffer.from(name).toString('base64');
    case 'bool':
      return true;
    case 'int32':
      return 1;
    case 'int64':
      return '1';
    case 'float32':
    case 'float64':
      return 0.5;
    case 'tensor':
      return exampleTensor(column);
    case 'list':
      return [exampleOf(column.of, name)];
    case 'record':
      return exampleRow(column.fields);
    case 'json':
      return {};
  }
}

function exampleTensor({ datatype, shape }: ColumnSpec & { kind: 'tensor' }): unknown {
  const lengths = shape.map((length) => (length === -1 ? 1 : length));
  const count = elementCount(lengths);
  // An image of zeros would be a page of a megabyte.
  if (count > MAX_EXAMPLE) return { datatype, shape: lengths, data: [`… ${count} elements, row by row`] };
  return { datatype, shape: lengths, data: new Array(count).fill(exampleElement(datatype)) };
}
const MAX_EXAMPLE = 16;

function exampleElement(datatype: (ColumnSpec & { kind: 'tensor' })['datatype']): unknown {
  switch (datatype) {
    case 'BOOL':
      return true;
    case 'INT64':
    case 'UINT64':
      return '1';
    case 'BYTES':
      return 'Ynl0ZXM=';
    case 'FP16':
    case 'BF16':
    case 'FP32':
    case 'FP64':
      return 0.5;
    case 'INT8':
    case 'INT16':
    case 'INT32':
    case 'UINT8':
    case 'UINT16':
    case 'UINT32':
      return 1;
  }
}
