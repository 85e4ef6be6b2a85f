import { type AnyRow, type ColumnSpec, isPlain } from './column.ts';
import { frozenCopy } from './freeze.ts';
import type { Tensor } from './tensor.ts';

/**
 * A copy of a value of a column, for whoever keeps it: with bytes and tensors of its own, since those of a row are handed over when a
 * request is done with them; and frozen, but for bytes and numbers in arrays of their own, which cannot be.
 */
export function withOwnMemory(column: ColumnSpec, value: unknown): unknown {
  if (value === null) return null;
  if (isPlain(column)) return column.kind === 'json' ? frozenCopy(value) : value;
  // It has been checked against its column: hence the casts.
  switch (column.kind) {
    case 'bytes':
      return new Uint8Array(value as Uint8Array);
    case 'tensor':
      return ownTensor(value as Tensor);
    case 'list':
      return Object.freeze((value as readonly unknown[]).map((element) => withOwnMemory(column.of, element)));
    case 'record':
      return Object.freeze(
        Object.fromEntries(Object.entries(column.fields).map(([name, field]) => [name, withOwnMemory(field, (value as AnyRow)[name])])),
      );
  }
}

function ownTensor({ datatype, shape, data }: Tensor): Tensor {
  return Object.freeze({ datatype, shape: Object.freeze([...shape]), data: ownData(data) });
}

function ownData(data: Tensor['data']): Tensor['data'] {
  return Array.isArray(data) ? Object.freeze(data.map((element: Uint8Array) => new Uint8Array(element))) : data.slice();
}

/** A value that was made by `withOwnMemory`, for a reader, who may change bytes or hand their memory over: copied where it has some. */
export function lent(column: ColumnSpec, value: unknown): unknown {
  return holdsBytes(column) ? withOwnMemory(column, value) : value;
}

/** Whether values of a column have bytes or tensors, at any depth. */
export function holdsBytes(column: ColumnSpec): boolean {
  if (isPlain(column)) return false;
  switch (column.kind) {
    case 'bytes':
    case 'tensor':
      return true;
    case 'list':
      return holdsBytes(column.of);
    case 'record':
      return Object.values(column.fields).some(holdsBytes);
  }
}
