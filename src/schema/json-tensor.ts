import type { ColumnSpec } from './column.ts';
import { type DecodeElements, elementsDecoder, encodeElements } from './json-elements.ts';
import { Misfit } from './json-value.ts';
import { type Datatype, elementCount, isDatatype, printShape, type Shape, shapeFits, type Tensor } from './tensor.ts';
import { mustBe } from './validate.ts';

type TensorColumn = ColumnSpec & { readonly kind: 'tensor' };

/** A tensor as JSON: its elements flat and row-major. */
export function encodeTensor({ datatype, shape, data }: Tensor): {
  readonly datatype: Datatype;
  readonly shape: Shape;
  readonly data: unknown;
} {
  return { datatype, shape, data: encodeElements(datatype, data) };
}

/** Reads a tensor from `{"datatype","shape","data"}` or from nested arrays, whose shape is that of the nesting. */
export function tensorDecoder(column: TensorColumn): (value: unknown) => Tensor | Misfit {
  const decodeElements = elementsDecoder(column.datatype);
  return (value) => {
    // Nothing is nested in a tensor without dimensions: its bare element stands for it.
    const isNested = Array.isArray(value) || (column.shape.length === 0 && typeof value !== 'object');
    return isNested ? fromNested(column, value, decodeElements) : fromObject(column, value, decodeElements);
  };
}

function fromObject(column: TensorColumn, value: unknown, decodeElements: DecodeElements): Tensor | Misfit {
  if (typeof value !== 'object' || value === null) return new Misfit(mustBe(column, value));
  const { datatype, shape, data } = value as { datatype?: unknown; shape?: unknown; data?: unknown };
  if (!isDatatype(datatype) || !isConcreteShape(shape) || !Array.isArray(data)) {
    return new Misfit(`${mustBe(column, value)} without the fields datatype, shape and data of a tensor`);
  }
  if (datatype !== column.datatype || !shapeFits(shape, column.shape)) {
    return new Misfit(`${mustBe(column, value)} with datatype ${datatype} and shape ${printFound(shape)}`);
  }
  return build(column, shape, data, decodeElements);
}

function isConcreteShape(shape: unknown): shape is Shape {
  return Array.isArray(shape) && shape.every((length) => Number.isSafeInteger(length) && length >= 0);
}

/** As many lengths as a person reads; a client may send thousands. */
function printFound(shape: Shape): string {
  return shape.length <= 8 ? printShape(shape) : `of ${shape.length} dimensions`;
}

function fromNested(column: TensorColumn, value: unknown, decodeElements: DecodeElements): Tensor | Misfit {
  const shape: number[] = [];
  let level: unknown = value;
  for (let depth = 0; depth < column.shape.length; depth++) {
    if (!Array.isArray(level))
      return new Misfit(`must be ${column.datatype} ${printShape(column.shape)} but its arrays are nested ${depth} deep`);
    shape.push(level.length);
    level = level[0];
    // An empty array says nothing of the lengths inside it: they are those of the column, and 0 where that takes any.
    if (shape.at(-1) === 0) {
      shape.push(...column.shape.slice(depth + 1).map((length) => Math.max(0, length)));
      break;
    }
  }
  if (!shapeFits(shape, column.shape)) {
    return new Misfit(`must be ${column.datatype} ${printShape(column.shape)} but its arrays make ${printShape(shape)}`);
  }
  const elements: unknown[] = [];
  if (elementCount(shape) > 0 && !flatten(value, shape, 0, elements)) {
    return new Misfit(`must be ${column.datatype} ${printShape(column.shape)} but its arrays have different lengths`);
  }
  return build(column, shape, elements, decodeElements);
}

/** Appends the elements in row-major order; false when an array has another length than its neighbours. */
function flatten(value: unknown, shape: Shape, depth: number, elements: unknown[]): boolean {
  if (depth === shape.length) {
    elements.push(value);
    return true;
  }
  if (!Array.isArray(value) || value.length !== shape[depth]) return false;
  // The innermost arrays hold nearly everything there is to do.
  const isInnermost = depth === shape.length - 1;
  for (const inner of value) {
    if (isInnermost) elements.push(inner);
    else if (!flatten(inner, shape, depth + 1, elements)) return false;
  }
  return true;
}

function build({ datatype }: TensorColumn, shape: Shape, elements: readonly unknown[], decodeElements: DecodeElements): Tensor | Misfit {
  const count = elementCount(shape);
  if (elements.length !== count) {
    return new Misfit(`is ${datatype} ${printShape(shape)}, so its data must have ${count} elements but has ${elements.length}`);
  }
  const data = decodeElements(elements);
  return data instanceof Misfit ? data : { datatype, shape, data };
}
