import { type AnyRow, type ColumnSpec, isPlain } from './column.ts';
import type { Tensor } from './tensor.ts';

/** A value of a column with bytes and tensors of its own, for whoever keeps it: those of a row are handed over when a request is done with them. */
export function withOwnMemory(column: ColumnSpec, value: unknown): unknown {
  if (value === null || isPlain(column)) return value;
  // It has been checked against its column: hence the casts.
  switch (column.kind) {
    case 'bytes':
      return new Uint8Array(value as Uint8Array);
    case 'tensor':
      return { ...(value as Tensor), data: ownData((value as Tensor).data) };
    case 'list':
      return (value as readonly unknown[]).map((element) => withOwnMemory(column.of, element));
    case 'record':
      return Object.fromEntries(
        Object.entries(column.fields).map(([name, field]) => [name, withOwnMemory(field, (value as AnyRow)[name])]),
      );
  }
}

function ownData(data: Tensor['data']): Tensor['data'] {
  return Array.isArray(data) ? data.map((element: Uint8Array) => new Uint8Array(element)) : data.slice();
}
