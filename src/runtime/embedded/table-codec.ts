import { type AnyRow, type ColumnSpec, isPlain, type Schema } from '../../schema/column.ts';
import { holdsBytes } from '../../schema/own-memory.ts';
import { arrayOf, type Datatype, elementCount, type Tensor } from '../../schema/tensor.ts';
import { type RowBuilder, rowBuilder } from '../row-builder.ts';
import { count, type Table } from '../table.ts';
import { type Memory, Packer } from './packer.ts';

/**
 * Tables on their way to another thread: lengths, places and identities in one array of numbers, values that need no taking apart in
 * another, both read from front to back; and the memory with all byte strings and tensors, which is transferred. A message
 * of nested objects costs a third more to clone than the transfer itself.
 */
export type EncodedTables = readonly [numbers: readonly number[], values: readonly unknown[], memory: Memory];

/** Where a value is null, in place of its length. */
const NULL = -1;
/** The identities are 0, 1, 2, …, as they mostly are. */
const COUNTED = 0;
const LISTED = 1;

/** Takes tables of certain schemas apart for another thread, and puts them together there. */
export class TableCodec {
  readonly #tables: readonly TableColumns[];

  constructor(schemas: readonly Schema[]) {
    this.#tables = schemas.map((schema) => ({
      columns: Object.entries(schema).map(([name, column]) => ({ name, codec: holdsBytes(column) ? codecOf(column) : WHOLE })),
      build: rowBuilder(Object.fromEntries(Object.keys(schema).map((name, i) => [name, { of: 'left', column: String(i) }]))),
    }));
  }

  /**
   * Arrays are borrowed, so their bytes are copied, once; but for memory in `own`, which belongs to this request alone and is handed
   * over as it is.
   */
  encode(tables: readonly Table[], own: Memory = NOTHING): EncodedTables {
    const numbers: number[] = [];
    const values: unknown[] = [];
    const pack = new Packer(numbers);
    const writer: Writer = { numbers, values, pack };
    for (let i = 0; i < tables.length; i++) encodeTable(this.#tables[i] as TableColumns, tables[i] as Table, writer);
    return [numbers, values, pack.finish(own)];
  }

  decode([numbers, values, memory]: EncodedTables): readonly Table[] {
    const reader: Reader = { numbers, values, memory, number: 0, value: 0 };
    return this.#tables.map((columns) => decodeTable(columns, reader));
  }
}

const NOTHING: Memory = Object.freeze([]);

interface TableColumns {
  readonly columns: readonly {
    readonly name: string;
    readonly codec: ValueCodec;
  }[];
  /** Makes a row of its values, in the order of the columns. */
  readonly build: RowBuilder;
}

/** How the values of one column are taken apart and put together: chosen once, as it is asked for with every value. */
interface ValueCodec {
  write(value: unknown, writer: Writer): void;
  read(reader: Reader): unknown;
}

interface Writer {
  readonly numbers: number[];
  readonly values: unknown[];
  readonly pack: Packer;
}

interface Reader {
  readonly numbers: readonly number[];
  readonly values: readonly unknown[];
  readonly memory: Memory;
  number: number;
  value: number;
}

function encodeTable({ columns }: TableColumns, { rows, ids, parents }: Table, writer: Writer): void {
  const { numbers } = writer;
  const areCounted = ids.length === 0 || ids[ids.length - 1] === ids.length - 1;
  numbers.push(rows.length, areCounted ? COUNTED : LISTED, parents === null ? NULL : LISTED);
  pushAll(numbers, areCounted ? NONE : ids);
  pushAll(numbers, parents ?? NONE);
  for (const { name, codec } of columns) for (const row of rows) codec.write(row[name], writer);
}

const NONE: readonly number[] = Object.freeze([]);

function pushAll(numbers: number[], more: readonly number[]): void {
  for (const number of more) numbers.push(number);
}

function decodeTable({ columns, build }: TableColumns, reader: Reader): Table {
  const length = nextNumber(reader);
  const areCounted = nextNumber(reader) === COUNTED;
  const hasParents = nextNumber(reader) !== NULL;
  const ids = areCounted ? count(length) : nextNumbers(reader, length);
  const parents = hasParents ? nextNumbers(reader, length) : null;
  const rows: AnyRow[] = [];
  // A row builder reads an array by its indices as it reads a row by its names.
  for (let i = 0; i < length; i++) rows.push([] as unknown as AnyRow);
  for (const { codec } of columns) for (const row of rows) (row as unknown as unknown[]).push(codec.read(reader));
  for (let i = 0; i < length; i++) rows[i] = build(rows[i] as AnyRow, rows[i] as AnyRow);
  return { rows, ids, parents };
}

function nextNumber(reader: Reader): number {
  return reader.numbers[reader.number++] as number;
}

function nextNumbers(reader: Reader, length: number): readonly number[] {
  const numbers = reader.numbers.slice(reader.number, reader.number + length);
  reader.number += length;
  return numbers;
}

/** Sent as it is, since there are no arrays in it. */
const WHOLE: ValueCodec = {
  write: (value, { values }) => values.push(value),
  read: (reader) => reader.values[reader.value++],
};

function codecOf(column: ColumnSpec): ValueCodec {
  if (isPlain(column)) return WHOLE;
  const { write, read } = partsOf(column);
  return {
    write(value, writer) {
      if (value === null) writer.numbers.push(NULL);
      else write(value, writer);
    },
    read(reader) {
      const length = nextNumber(reader);
      return length === NULL ? null : read(length, reader);
    },
  };
}

/** The same for values that are not null, of which a number comes first: their length, where they have one. */
interface PartsCodec {
  write(value: unknown, writer: Writer): void;
  read(length: number, reader: Reader): unknown;
}

function partsOf(column: ColumnSpec): PartsCodec {
  switch (column.kind) {
    case 'bytes':
      return { write: (value, { pack }) => pack.add(value as Uint8Array), read: bytesAt };
    case 'tensor':
      return { write: (value, writer) => encodeTensor(value as Tensor, writer), read: tensorReader(column.datatype) };
    case 'list':
      return listCodec(codecOf(column.of));
    case 'record':
      return recordCodec(Object.entries(column.fields).map(([name, field]) => ({ name, codec: codecOf(field) })));
    default:
      throw new RangeError(`a column of kind ${column.kind} has no parts`);
  }
}

function listCodec(element: ValueCodec): PartsCodec {
  return {
    write(value, writer) {
      writer.numbers.push((value as readonly unknown[]).length);
      for (const one of value as readonly unknown[]) element.write(one, writer);
    },
    read: (length, reader) => Array.from({ length }, () => element.read(reader)),
  };
}

function recordCodec(fields: TableColumns['columns']): PartsCodec {
  return {
    write(value, writer) {
      writer.numbers.push(LISTED);
      for (const { name, codec } of fields) codec.write((value as AnyRow)[name], writer);
    },
    read: (_, reader) => Object.fromEntries(fields.map(({ name, codec }) => [name, codec.read(reader)])),
  };
}

function encodeTensor({ shape, datatype, data }: Tensor, { numbers, pack }: Writer): void {
  numbers.push(shape.length, ...shape);
  if (datatype === 'BYTES') for (const element of data as readonly Uint8Array[]) pack.add(element);
  else pack.add(data as Float32Array);
}

function tensorReader(datatype: Datatype): PartsCodec['read'] {
  if (datatype === 'BYTES') {
    return (length, reader) => {
      const shape = nextNumbers(reader, length);
      return { datatype, shape, data: Array.from({ length: elementCount(shape) }, () => bytesAt(nextNumber(reader), reader)) };
    };
  }
  const DataArray = arrayOf[datatype];
  return (length, reader) => {
    const shape = nextNumbers(reader, length);
    const bytes = nextNumber(reader);
    const buffer = nextBuffer(reader);
    return { datatype, shape, data: new DataArray(buffer, nextNumber(reader), bytes / DataArray.BYTES_PER_ELEMENT) };
  };
}

function bytesAt(bytes: number, reader: Reader): Uint8Array {
  const buffer = nextBuffer(reader);
  return new Uint8Array(buffer, nextNumber(reader), bytes);
}

/** Where all arrays are empty, no memory has been sent. */
function nextBuffer(reader: Reader): ArrayBuffer {
  return reader.memory[nextNumber(reader)] ?? new ArrayBuffer(0);
}
