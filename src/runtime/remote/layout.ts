import type { RemoteImplementation } from '../../plan/stage.ts';
import type { AnyRow, ColumnSpec, Schema } from '../../schema/column.ts';
import type { Tensor } from '../../schema/tensor.ts';
import type { NamedTensor } from '../../wire/wire-tensor.ts';
import { wireType } from '../../wire/wire-type.ts';
import type { Calls } from './check-remote.ts';

/** How the tensors of columns stand in calls. */
export interface Layout {
  readonly tensorOf: (column: string) => string;
  /** A column's tensor as the model takes it. */
  readonly sent: (tensor: NamedTensor) => NamedTensor;
  /** A tensor of the model as that of a column. */
  readonly received: (column: string, tensor: NamedTensor) => NamedTensor;
}

export function layoutOf({ tensors }: RemoteImplementation, output: Schema, { isBatched, wide }: Calls): Layout {
  const isSingle = (column: string): boolean => wireType(output[column] as ColumnSpec).shape.length === 0;
  const tensorOf = (column: string): string => tensors[column] ?? column;
  // Written out, since taking objects apart into a rest costs more than all else here.
  return {
    tensorOf,
    sent({ name: column, datatype, shape, bytes }) {
      const name = tensorOf(column);
      if (!isBatched) return { name, datatype, shape: shape.slice(1), bytes };
      return { name, datatype, shape: wide.has(name) ? [...shape, 1] : shape, bytes };
    },
    received(name, { datatype, shape, bytes }) {
      if (!isBatched) return { name, datatype, shape: [1, ...shape], bytes };
      // Some servers say [-1] and send [n,1].
      const isWide = shape.length === 2 && shape[1] === 1 && isSingle(name);
      return { name, datatype, shape: isWide ? shape.slice(0, 1) : shape, bytes };
    },
  };
}

/** Tells rows apart that cannot be put into one tensor. */
export function shapeKey(input: Schema): (row: AnyRow) => string {
  const dynamic = Object.entries(input)
    .filter(([, column]) => column.kind === 'tensor' && !column.nullable && column.shape.includes(-1))
    .map(([name]) => name);
  return dynamic.length === 0 ? () => '' : (row) => dynamic.map((name) => (row[name] as Tensor).shape.join()).join(';');
}
