import type { Datatype } from '../../schema/tensor.ts';

/** The element types that the runtime's JavaScript takes. */
export type ModelDatatype = Exclude<Datatype, 'BF16'>;

/** The runtime's names of element types, by ours. */
export const runtimeTypes = {
  BOOL: 'bool',
  INT8: 'int8',
  INT16: 'int16',
  INT32: 'int32',
  INT64: 'int64',
  UINT8: 'uint8',
  UINT16: 'uint16',
  UINT32: 'uint32',
  UINT64: 'uint64',
  FP16: 'float16',
  FP32: 'float32',
  FP64: 'float64',
  BYTES: 'string',
} as const satisfies Record<ModelDatatype, string>;

/** Our name of the runtime's element type; undefined for one we do not have (int4 and the like). */
export function datatypeOf(runtimeType: string): ModelDatatype | undefined {
  return (Object.keys(runtimeTypes) as ModelDatatype[]).find((datatype) => runtimeTypes[datatype] === runtimeType);
}
