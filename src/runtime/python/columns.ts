import type { AnyRow, ColumnSpec, Schema } from '../../schema/column.ts';
import { isDetached } from '../../schema/detached.ts';
import { arrayOf, elementCount, type FixedDatatype, type Shape, type Tensor } from '../../schema/tensor.ts';
import { byteStringBounds, packByteStrings, packTexts } from '../../wire/byte-strings.ts';
import { bytesOf, type Numbers, numbersIn } from '../../wire/numbers.ts';
import { rowAt } from '../../wire/wire-rows.ts';

/**
 * Rows as blobs, column after column, as `worker/flowserve_worker/columns.py` reads and writes them: numbers and tensors of one
 * shape as one array, byte strings each after its length. A nullable column is led by a byte for each row, a list by the counts of its
 * elements, a tensor with dynamic lengths by its lengths; what is inside follows as a column of its own. JSON is one text.
 */
export interface ColumnsCodec {
  /** How many blobs rows are. */
  readonly blobs: number;
  /** Blobs may be the memory of the rows themselves. Throws TypeError for a value that cannot be sent. */
  readonly pack: (rows: readonly AnyRow[]) => readonly Uint8Array[];
  /** Rows whose arrays are views of the blobs. Throws RangeError for blobs that nobody wrote for this schema. */
  readonly unpack: (blobs: readonly Uint8Array[], rowCount: number) => readonly AnyRow[];
}

export function columnsCodec(schema: Schema): ColumnsCodec {
  const columns = Object.entries(schema).map(([name, column]) => ({ name, column }));
  const build = rowAt(Object.keys(schema));
  return {
    blobs: blobCount(schema),
    pack(rows) {
      const blobs: Uint8Array[] = [];
      for (const { name, column } of columns) packValues(column, valuesOf(rows, name), blobs);
      return blobs;
    },
    unpack(blobs, rowCount) {
      const rest = new Blobs(blobs);
      const values = columns.map(({ column }) => unpackValues(column, rest, rowCount));
      rest.end();
      const rows = new Array<AnyRow>(rowCount);
      for (let i = 0; i < rowCount; i++) rows[i] = build(values, i);
      return rows;
    },
  };
}

function blobCount(schema: Schema): number {
  return Object.values(schema).reduce((count, column) => count + (column.nullable ? 1 : 0) + presentCount(column), 0);
}

function presentCount(column: ColumnSpec): number {
  switch (column.kind) {
    case 'tensor':
      return column.shape.includes(-1) ? 2 : 1;
    case 'list':
      return 1 + blobCount({ of: column.of });
    case 'record':
      return blobCount(column.fields);
    case 'text':
    case 'bytes':
    case 'bool':
    case 'int32':
    case 'int64':
    case 'float32':
    case 'float64':
    case 'json':
      return 1;
  }
}

function valuesOf(rows: readonly AnyRow[], name: string): readonly unknown[] {
  const values = new Array<unknown>(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = rows[i]?.[name];
  return values;
}

/** Values have been checked against their column where they were made: hence the casts. */
function packValues(column: ColumnSpec, values: readonly unknown[], blobs: Uint8Array[]): void {
  if (!column.nullable) {
    packPresent(column, values, blobs);
    return;
  }
  blobs.push(Uint8Array.from(values, (value) => (value === null ? 0 : 1)));
  packPresent(
    column,
    values.filter((value) => value !== null),
    blobs,
  );
}

function packPresent(column: ColumnSpec, values: readonly unknown[], blobs: Uint8Array[]): void {
  switch (column.kind) {
    case 'bool':
    case 'int32':
    case 'int64':
    case 'float32':
    case 'float64':
      blobs.push(bytesOf(new (arrayOf[DATATYPES[column.kind]] as NumbersMaker)(values)));
      return;
    case 'text':
      blobs.push(packTexts(values as readonly string[]));
      return;
    case 'bytes':
      blobs.push(packByteStrings((values as readonly Uint8Array[]).map(present)));
      return;
    case 'json':
      blobs.push(Buffer.from(JSON.stringify(values)));
      return;
    case 'tensor':
      packTensors(column.datatype, column.shape, values as readonly Tensor[], blobs);
      return;
    case 'list': {
      const lists = values as readonly (readonly unknown[])[];
      blobs.push(bytesOf(Uint32Array.from(lists, ({ length }) => length)));
      packValues(column.of, lists.flat(), blobs);
      return;
    }
    case 'record':
      for (const [name, field] of Object.entries(column.fields)) packValues(field, valuesOf(values as readonly AnyRow[], name), blobs);
  }
}

const DATATYPES = { bool: 'BOOL', int32: 'INT32', int64: 'INT64', float32: 'FP32', float64: 'FP64' } as const;

/** The arrays of one datatype have one type; the union of all of them is made of no common values. */
type NumbersMaker = new (values: readonly unknown[]) => ArrayBufferView;

function packTensors(datatype: Tensor['datatype'], shape: Shape, tensors: readonly Tensor[], blobs: Uint8Array[]): void {
  if (shape.includes(-1))
    blobs.push(
      bytesOf(
        Int32Array.from(
          tensors.flatMap((tensor) => tensor.shape),
          (length) => length,
        ),
      ),
    );
  if (datatype === 'BYTES') {
    blobs.push(packByteStrings(tensors.flatMap(({ data }) => (data as readonly Uint8Array[]).map(present))));
    return;
  }
  const parts = tensors.map(({ data }) => bytesOf(present(data as Float32Array)));
  blobs.push(parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts));
}

/** A stage that keeps an array may find it empty later, and give it again. */
function present<T extends ArrayBufferView>(view: T): T {
  if (isDetached(view)) throw new TypeError('the memory of an array has been handed on: a stage that keeps an array must copy it');
  return view;
}

/** Blobs in turn. */
class Blobs {
  readonly #blobs: readonly Uint8Array[];
  #next = 0;

  constructor(blobs: readonly Uint8Array[]) {
    this.#blobs = blobs;
  }

  next(): Uint8Array {
    const blob = this.#blobs[this.#next++];
    if (blob === undefined) throw new RangeError('there are too few blobs');
    return blob;
  }

  numbers(datatype: FixedDatatype, count: number): Numbers {
    const blob = this.next();
    const size = count * arrayOf[datatype].BYTES_PER_ELEMENT;
    if (blob.length !== size) throw new RangeError(`a blob has ${blob.length} bytes instead of ${size}`);
    return numbersIn(datatype, blob);
  }

  end(): void {
    if (this.#next !== this.#blobs.length) throw new RangeError('there are too many blobs');
  }
}

function unpackValues(column: ColumnSpec, blobs: Blobs, count: number): ArrayLike<unknown> {
  if (!column.nullable) return unpackPresent(column, blobs, count);
  const isThere = blobs.numbers('UINT8', count) as Uint8Array;
  let there = 0;
  for (const flag of isThere) there += flag === 0 ? 0 : 1;
  const values = unpackPresent(column, blobs, there);
  let next = 0;
  return Array.from(isThere, (flag) => (flag === 0 ? null : values[next++]));
}

function unpackPresent(column: ColumnSpec, blobs: Blobs, count: number): ArrayLike<unknown> {
  switch (column.kind) {
    case 'bool':
      return Array.from(blobs.numbers('BOOL', count) as Uint8Array, (byte) => byte === 1);
    case 'int32':
    case 'int64':
    case 'float32':
    case 'float64':
      return blobs.numbers(DATATYPES[column.kind], count);
    case 'text':
      return byteStrings(blobs.next(), count, (blob, start, end) => blob.toString('utf8', start, end));
    case 'bytes':
      return byteStrings(blobs.next(), count, viewOf);
    case 'json':
      return jsonValues(blobs.next(), count);
    case 'tensor':
      return unpackTensors(column.datatype, column.shape, blobs, count);
    case 'list':
      return unpackLists(column.of, blobs, count);
    case 'record':
      return unpackRecords(column.fields, blobs, count);
  }
}

function byteStrings<T>(bytes: Uint8Array, count: number, make: (blob: Buffer, start: number, end: number) => T): readonly T[] {
  const bounds = byteStringBounds(bytes, count);
  if (typeof bounds === 'string') throw new RangeError(`a blob ${bounds}`);
  const blob = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Array<T>(count);
  for (let i = 0; i < count; i++) values[i] = make(blob, bounds[2 * i] as number, bounds[2 * i + 1] as number);
  return values;
}

/** A plain array: a row's bytes are no Buffer. */
function viewOf({ buffer, byteOffset }: Buffer, start: number, end: number): Uint8Array {
  return new Uint8Array(buffer, byteOffset + start, end - start);
}

function jsonValues(bytes: Uint8Array, count: number): readonly unknown[] {
  let values: unknown;
  try {
    values = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
  } catch (cause) {
    throw new RangeError('a blob is no JSON', { cause });
  }
  if (!Array.isArray(values) || values.length !== count) throw new RangeError(`a blob is no JSON of ${count} values`);
  return values;
}

function unpackTensors(datatype: Tensor['datatype'], shape: Shape, blobs: Blobs, count: number): readonly Tensor[] {
  const shapes = shape.includes(-1) ? dynamicShapes(shape, blobs, count) : new Array<Shape>(count).fill(shape);
  let all = 0;
  for (const lengths of shapes) all += elementCount(lengths);
  const elements = datatype === 'BYTES' ? byteStrings(blobs.next(), all, viewOf) : blobs.numbers(datatype, all);
  let at = 0;
  return shapes.map((lengths) => {
    const start = at;
    at += elementCount(lengths);
    const data = count === 1 ? elements : Array.isArray(elements) ? elements.slice(start, at) : (elements as Numbers).subarray(start, at);
    return { datatype, shape: lengths, data } as Tensor;
  });
}

function dynamicShapes(shape: Shape, blobs: Blobs, count: number): readonly Shape[] {
  const lengths = blobs.numbers('INT32', count * shape.length) as Int32Array;
  return Array.from({ length: count }, (_, i) => {
    const found = [...lengths.subarray(i * shape.length, (i + 1) * shape.length)];
    const fits = found.every((length, at) => length >= 0 && (shape[at] === -1 || shape[at] === length));
    if (!fits) throw new RangeError(`a tensor of [${shape.join()}] has the shape [${found.join()}]`);
    return found;
  });
}

function unpackLists(of: ColumnSpec, blobs: Blobs, count: number): readonly (readonly unknown[])[] {
  const counts = blobs.numbers('UINT32', count) as Uint32Array;
  let all = 0;
  for (const length of counts) all += length;
  if (all > MOST_ELEMENTS) throw new RangeError(`a list has ${all} elements`);
  const elements = Array.from(unpackValues(of, blobs, all));
  let at = 0;
  return Array.from(counts, (length) => {
    at += length;
    return elements.slice(at - length, at);
  });
}

/** What counts claim is not allocated without bound: a record without fields has no bytes that would contradict them. */
const MOST_ELEMENTS = 2 ** 27;

function unpackRecords(fields: Schema, blobs: Blobs, count: number): readonly AnyRow[] {
  const names = Object.keys(fields);
  const columns = Object.values(fields).map((field) => unpackValues(field, blobs, count));
  return Array.from({ length: count }, (_, i) => Object.fromEntries(names.map((name, at) => [name, columns[at]?.[i]])));
}
