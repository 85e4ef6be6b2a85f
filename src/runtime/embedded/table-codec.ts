import { type AnyRow, type ColumnSpec, isPlain, type Schema } from '../../schema/column.ts';
import { arrayOf, type Tensor } from '../../schema/tensor.ts';
import type { Table } from '../table.ts';

/** A table on its way to another thread: columns of values, whose byte strings and tensors stand in one buffer. */
export interface EncodedTable {
  readonly columns: readonly (readonly unknown[])[];
  readonly ids: readonly number[];
  readonly parents: readonly number[] | null;
}

/** Tables with the buffer that is transferred with them; each is borrowed by the sender, so its bytes are copied, once. */
export interface EncodedTables {
  readonly tables: readonly EncodedTable[];
  readonly buffer: ArrayBuffer;
}

/** Where bytes stand in the buffer. */
interface Span {
  readonly at: number;
  readonly bytes: number;
}

/** Every datatype's array may start at a multiple of it. */
const ALIGNMENT = 8;

export function encodeTables(schemas: readonly Schema[], tables: readonly Table[]): EncodedTables {
  const pack = new Packer();
  const encoded = tables.map(({ rows, ids, parents }, i): EncodedTable => {
    const columns = Object.entries(schemas[i] ?? {}).map(([name, column]) => {
      const values = rows.map((row) => row[name]);
      return holdsBytes(column) ? values.map((value) => encodeValue(column, value, pack)) : values;
    });
    return { columns, ids, parents };
  });
  return { tables: encoded, buffer: pack.toBuffer() };
}

export function decodeTables(schemas: readonly Schema[], { tables, buffer }: EncodedTables): readonly Table[] {
  return tables.map(({ columns, ids, parents }, i) => {
    const schema = Object.entries(schemas[i] ?? {});
    const decoded = schema.map(([, column], j) => {
      const values = columns[j] ?? [];
      return holdsBytes(column) ? values.map((value) => decodeValue(column, value, buffer)) : values;
    });
    const rows = ids.map((_, row): AnyRow => Object.fromEntries(schema.map(([name], j) => [name, decoded[j]?.[row]])));
    return { rows, ids, parents };
  });
}

function holdsBytes(column: ColumnSpec): boolean {
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

function encodeValue(column: ColumnSpec, value: unknown, pack: Packer): unknown {
  if (value === null || isPlain(column)) return value;
  switch (column.kind) {
    case 'bytes':
      return pack.add(value as Uint8Array);
    case 'tensor':
      return encodeTensor(value as Tensor, pack);
    case 'list':
      return (value as readonly unknown[]).map((element) => encodeValue(column.of, element, pack));
    case 'record':
      return mapFields(column.fields, (name, field) => encodeValue(field, (value as AnyRow)[name], pack));
  }
}

function encodeTensor(
  { shape, datatype, data }: Tensor,
  pack: Packer,
): { readonly shape: readonly number[]; readonly data: Span | readonly Span[] } {
  if (datatype === 'BYTES') return { shape, data: (data as readonly Uint8Array[]).map((element) => pack.add(element)) };
  return { shape, data: pack.add(data as Float32Array) };
}

function decodeValue(column: ColumnSpec, value: unknown, buffer: ArrayBuffer): unknown {
  if (value === null || isPlain(column)) return value;
  switch (column.kind) {
    case 'bytes':
      return bytesAt(value as Span, buffer);
    case 'tensor': {
      const { shape, data } = value as ReturnType<typeof encodeTensor>;
      return { datatype: column.datatype, shape, data: decodeData(column, data, buffer) };
    }
    case 'list':
      return (value as readonly unknown[]).map((element) => decodeValue(column.of, element, buffer));
    case 'record':
      return mapFields(column.fields, (name, field) => decodeValue(field, (value as AnyRow)[name], buffer));
  }
}

function decodeData({ datatype }: ColumnSpec & { kind: 'tensor' }, data: Span | readonly Span[], buffer: ArrayBuffer): Tensor['data'] {
  if (datatype === 'BYTES') return (data as readonly Span[]).map((span) => bytesAt(span, buffer));
  const { at, bytes } = data as Span;
  return new arrayOf[datatype](buffer, at, bytes / arrayOf[datatype].BYTES_PER_ELEMENT);
}

function bytesAt({ at, bytes }: Span, buffer: ArrayBuffer): Uint8Array {
  return new Uint8Array(buffer, at, bytes);
}

function mapFields(fields: Schema, encode: (name: string, field: ColumnSpec) => unknown): AnyRow {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, encode(name, field)]));
}

/** Collects arrays, then lays them out in one buffer. */
class Packer {
  readonly #views: { readonly view: ArrayBufferView; readonly at: number }[] = [];
  #size = 0;

  add(view: ArrayBufferView): Span {
    const at = this.#size;
    this.#views.push({ view, at });
    this.#size += Math.ceil(view.byteLength / ALIGNMENT) * ALIGNMENT;
    return { at, bytes: view.byteLength };
  }

  toBuffer(): ArrayBuffer {
    // Not from Node's pool, which cannot be transferred, and not zeroed, since it is written whole but for the gaps.
    const packed = Buffer.allocUnsafeSlow(this.#size);
    for (const { view, at } of this.#views) packed.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), at);
    return packed.buffer as ArrayBuffer;
  }
}
