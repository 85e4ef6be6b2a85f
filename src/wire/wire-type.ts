import type { ColumnSpec } from '../schema/column.ts';
import type { Datatype, Shape } from '../schema/tensor.ts';

/** What a column's values are as elements of a tensor, without the dimension that counts rows. */
export interface WireType {
  readonly datatype: Datatype;
  readonly shape: Shape;
}

/** How a column stands on the wire. What no tensor can hold (json, list, record, anything nullable) is BYTES: the text of each value in JSON. */
export function wireType(column: ColumnSpec): WireType {
  if (column.nullable) return BYTES;
  switch (column.kind) {
    case 'bool':
      return { datatype: 'BOOL', shape: [] };
    case 'int32':
      return { datatype: 'INT32', shape: [] };
    case 'int64':
      return { datatype: 'INT64', shape: [] };
    case 'float32':
      return { datatype: 'FP32', shape: [] };
    case 'float64':
      return { datatype: 'FP64', shape: [] };
    case 'tensor':
      return { datatype: column.datatype, shape: column.shape };
    case 'text':
    case 'bytes':
    case 'json':
    case 'list':
    case 'record':
      return BYTES;
  }
}

/** Whether the elements of a column on the wire are text of JSON. */
export function isJsonText(column: ColumnSpec): boolean {
  return column.nullable || column.kind === 'json' || column.kind === 'list' || column.kind === 'record';
}

const BYTES: WireType = { datatype: 'BYTES', shape: [] };
