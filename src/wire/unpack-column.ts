import { isUtf8 } from 'node:buffer';
import { FlowError, messageOf } from '../errors/flow-error.ts';
import type { ColumnSpec } from '../schema/column.ts';
import { printColumn } from '../schema/fit.ts';
import { arrayOf, elementCount, type FixedDatatype, printShape, type Shape, shapeFits, type Tensor } from '../schema/tensor.ts';
import { byteStringBounds } from './byte-strings.ts';
import { jsonText, VALUE } from './json-text.ts';
import { type Numbers, numbersIn } from './numbers.ts';
import type { WireTensor } from './wire-tensor.ts';
import { wireType } from './wire-type.ts';

/**
 * The values of one column in `rowCount` rows, which the caller has bounded, from a tensor that anyone may have sent. Arrays in them are
 * views of its bytes wherever these lie as an array needs it. Errors: TENSOR_INVALID naming the column, what was expected and what was found.
 */
export function unpackColumn(column: ColumnSpec, name: string, tensor: WireTensor, rowCount: number): ArrayLike<unknown> {
  const shape = tensor.shape.slice(1);
  checkType(column, name, tensor, shape, rowCount);
  const { datatype } = tensor;
  const isTensor = column.kind === 'tensor' && !column.nullable;
  const each = isTensor ? elementCount(shape) : 1;
  if (datatype === 'BYTES') {
    const bounds = byteStringBounds(tensor.bytes, each * rowCount);
    if (typeof bounds === 'string') throw invalid(name, `${typeText(tensor)} ${bounds}`);
    if (isTensor) return byteTensors(tensor.bytes, shape, bounds, each, rowCount);
    return byteStrings(column, name, tensor.bytes, bounds);
  }
  const numbers = checkedNumbers(datatype, name, tensor, each * rowCount);
  if (isTensor) return numberTensors(datatype, shape, numbers, rowCount);
  return datatype === 'BOOL' ? booleans(tensor.bytes) : numbers;
}

/** `each` is the shape of one row. */
function checkType(column: ColumnSpec, name: string, { datatype, shape }: WireTensor, each: Shape, rowCount: number): void {
  const type = wireType(column);
  if (datatype === type.datatype && shape[0] === rowCount && shapeFits(each, type.shape)) return;
  const wanted = `${type.datatype} ${printShape([rowCount, ...type.shape])}`;
  throw invalid(
    name,
    `must be ${wanted}, ${rowCount === 1 ? 'one row' : `${rowCount} rows`} of ${printColumn(column)}, but is ${datatype} ${printFound(shape)}`,
  );
}

/** As many lengths as a person reads; a client may send thousands. */
function printFound(shape: Shape): string {
  return shape.length <= 8 ? printShape(shape) : `of ${shape.length} dimensions`;
}

function typeText({ datatype, shape }: WireTensor): string {
  return `is ${datatype} ${printFound(shape)}, so it`;
}

function checkedNumbers(datatype: FixedDatatype, name: string, tensor: WireTensor, count: number): Numbers {
  const size = count * arrayOf[datatype].BYTES_PER_ELEMENT;
  const { bytes } = tensor;
  // Also where lengths multiply to more than a number can say, to an infinity or to none.
  if (bytes.length !== size) throw invalid(name, `${typeText(tensor)} must have ${size} bytes but has ${bytes.length}`);
  if (datatype === 'BOOL') {
    const wrong = bytes.findIndex((byte) => byte > 1);
    if (wrong >= 0) throw invalid(name, `${typeText(tensor)} must have bytes of 0 or 1 but byte ${wrong} is ${bytes[wrong]}`);
  }
  return numbersIn(datatype, bytes);
}

function booleans(bytes: Uint8Array): readonly boolean[] {
  const values = new Array<boolean>(bytes.length);
  for (let i = 0; i < values.length; i++) values[i] = bytes[i] === 1;
  return values;
}

function numberTensors(datatype: FixedDatatype, shape: Shape, numbers: Numbers, rowCount: number): readonly Tensor[] {
  if (rowCount === 1) return [{ datatype, shape, data: numbers } as Tensor];
  const each = elementCount(shape);
  const tensors = new Array<Tensor>(rowCount);
  for (let i = 0; i < rowCount; i++) tensors[i] = { datatype, shape, data: numbers.subarray(i * each, (i + 1) * each) } as Tensor;
  return tensors;
}

function byteTensors(bytes: Uint8Array, shape: Shape, bounds: readonly number[], each: number, rowCount: number): readonly Tensor[] {
  const elements = viewsOf(bytes, bounds);
  return Array.from({ length: rowCount }, (_, i) => ({
    datatype: 'BYTES',
    shape,
    data: elements.slice(i * each, (i + 1) * each),
  }));
}

function byteStrings(column: ColumnSpec, name: string, bytes: Uint8Array, bounds: readonly number[]): readonly unknown[] {
  if (column.kind === 'bytes' && !column.nullable) return viewsOf(bytes, bounds);
  const texts = textsOf(name, bytes, bounds);
  return column.kind === 'text' && !column.nullable ? texts : texts.map((text, i) => fromJson(column, name, text, i));
}

/** Plain arrays: a row's bytes are no Buffer. */
function viewsOf({ buffer, byteOffset }: Uint8Array, bounds: readonly number[]): readonly Uint8Array[] {
  const views = new Array<Uint8Array>(bounds.length / 2);
  for (let i = 0; i < views.length; i++) {
    const start = bounds[2 * i] as number;
    views[i] = new Uint8Array(buffer, byteOffset + start, (bounds[2 * i + 1] as number) - start);
  }
  return views;
}

function textsOf(name: string, bytes: Uint8Array, bounds: readonly number[]): readonly string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const texts = new Array<string>(bounds.length / 2);
  for (let i = 0; i < texts.length; i++) {
    const [start, end] = [bounds[2 * i], bounds[2 * i + 1]];
    const text = buffer.toString('utf8', start, end);
    // What is not UTF-8 has become this character, which may have been sent as well.
    if (text.includes('\ufffd') && !isUtf8(buffer.subarray(start, end))) throw invalid(name, `must be UTF-8 but element ${i} is not`);
    texts[i] = text;
  }
  return texts;
}

function fromJson(column: ColumnSpec, name: string, text: string, index: number): unknown {
  const row = jsonText(column).read({ [VALUE]: parsed(name, text, index) });
  if (typeof row !== 'string') return row[VALUE];
  throw invalid(name, `in row ${index} ${row.replace(`column "${VALUE}" `, '')}`);
}

function parsed(name: string, text: string, index: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(name, `must be text of JSON in each element, but element ${index} is not: ${messageOf(cause)}`, cause);
  }
}

function invalid(name: string, problem: string, cause?: unknown): FlowError {
  return new FlowError('TENSOR_INVALID', `column "${name}" ${problem}`, { cause });
}
