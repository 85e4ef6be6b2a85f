import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AnyRow,
  bool,
  bytes,
  type ColumnSpec,
  float64,
  int64,
  json,
  list,
  nullable,
  record,
  type Schema,
  schemaOf,
  tensor,
  text,
} from '../../schema/column.ts';
import { arrayOf, type Datatype, elementCount, type FixedDatatype } from '../../schema/tensor.ts';
import { rowProblem } from '../../schema/validate.ts';
import { emptyTable, type Table } from '../table.ts';
import { TableCodec } from './table-codec.ts';

/** What comes out on another thread: cloned as a message, with the buffer transferred. */
function sent(schemas: readonly Schema[], tables: readonly Table[], own?: readonly ArrayBuffer[]): readonly Table[] {
  const codec = new TableCodec(schemas);
  const encoded = codec.encode(tables, own);
  return codec.decode(structuredClone(encoded, { transfer: [...encoded[2]] }));
}

const tableOf = (rows: readonly AnyRow[], parents: readonly number[] | null = null): Table => ({
  rows,
  ids: rows.map((_, i) => i * 2),
  parents,
});
const anything = json({ '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } });

const scalar = fc.constantFrom<ColumnSpec>(...Object.values(schemaOf({ text, bytes, bool, int64, float64, anything }, 'scalars')));
const datatype = fc.constantFrom<Datatype>(...(Object.keys(arrayOf) as Datatype[]), 'BYTES');
const tensorColumn = fc
  .tuple(datatype, fc.constantFrom([], [-1], [2, -1], [3]))
  .map(([type, shape]) => ({ kind: 'tensor', datatype: type, shape, nullable: false }) as const);
const { column } = fc.letrec<{ column: ColumnSpec }>((tie) => ({
  column: fc
    .tuple(
      fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        scalar,
        tensorColumn,
        tie('column').map((of) => ({ kind: 'list', of, nullable: false }) as const),
        fc
          .dictionary(fc.constantFrom('a', 'b', 'constructor'), tie('column'), { noNullPrototype: true })
          .map((fields) => ({ kind: 'record', fields, nullable: false }) as const),
      ),
      fc.boolean(),
    )
    .map(([made, isNullable]): ColumnSpec => ({ ...made, nullable: isNullable })),
}));

/** Bytes that begin anywhere in a larger buffer. */
const misaligned = fc.tuple(fc.uint8Array({ maxLength: 24 }), fc.nat(7)).map(([all, from]) => all.subarray(Math.min(from, all.length)));

function anyValueOf(spec: ColumnSpec): fc.Arbitrary<unknown> {
  const value = presentValueOf(spec);
  return spec.nullable ? fc.option(value) : value;
}

function presentValueOf(spec: ColumnSpec): fc.Arbitrary<unknown> {
  switch (spec.kind) {
    case 'text':
      return fc.string();
    case 'bytes':
      return misaligned;
    case 'bool':
      return fc.boolean();
    case 'int32':
      return fc.integer();
    case 'int64':
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    case 'float32':
    case 'float64':
      return fc.double();
    case 'json':
      return fc.jsonValue().filter((value) => JSON.stringify(value)?.includes('__proto__') !== true);
    case 'list':
      return fc.array(anyValueOf(spec.of), { maxLength: 3 });
    case 'record':
      return rowOf(spec.fields);
    case 'tensor':
      return tensorOf(spec);
  }
}

function tensorOf({ datatype: type, shape }: ColumnSpec & { readonly kind: 'tensor' }): fc.Arbitrary<unknown> {
  return fc.nat(3).chain((length) => {
    const lengths = shape.map((wanted) => (wanted === -1 ? length : wanted));
    const count = elementCount(lengths);
    const data = type === 'BYTES' ? fc.array(misaligned, { minLength: count, maxLength: count }) : fixedData(type, count);
    return data.map((made) => ({ datatype: type, shape: lengths, data: made }));
  });
}

/** Elements that begin at any element of a larger array. */
function fixedData(type: FixedDatatype, count: number): fc.Arbitrary<unknown> {
  const ArrayType = arrayOf[type];
  return fc.tuple(fc.nat(3), fc.uint8Array({ minLength: (count + 3) * 8, maxLength: (count + 3) * 8 })).map(([from, all]) => {
    const data = new ArrayType(all.buffer.slice(0, (count + from) * ArrayType.BYTES_PER_ELEMENT));
    return data.subarray(from);
  });
}

function rowOf(schema: Schema): fc.Arbitrary<AnyRow> {
  return fc.record(Object.fromEntries(Object.entries(schema).map(([name, spec]) => [name, anyValueOf(spec)])), { noNullPrototype: true });
}

const schema = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'toString'), column, { maxKeys: 3, noNullPrototype: true });
const tables = fc.array(
  schema.chain((columns) => fc.tuple(fc.constant(columns), fc.array(rowOf(columns), { maxLength: 4 }), fc.boolean())),
  { maxLength: 3 },
);

describe('tables on their way to another thread', () => {
  it('arrive as they were, whatever is in them', () => {
    const property = fc.property(tables, (all) => {
      const schemas = all.map(([columns]) => columns);
      const given = all.map(([, rows, hasParents]) => tableOf(rows, hasParents ? rows.map((_, i) => i) : null));
      const arrived = sent(schemas, given);
      expect(arrived).toEqual(given);
      arrived.forEach(({ rows }, i) => {
        for (const row of rows) expect(rowProblem(schemas[i] ?? {}, row)).toBeNull();
      });
    });
    fc.assert(property, { numRuns: 500 });
  });

  it('leave the arrays of their sender as they are, and do not take them away', () => {
    const whole = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]);
    const row = { raw: whole.subarray(1, 4), pixels: { datatype: 'FP32', shape: [1], data: new Float32Array(whole.buffer, 4, 1) } };
    const columns = schemaOf({ raw: bytes, pixels: tensor('FP32', [1]) }, 'test');
    const [arrived] = sent([columns], [tableOf([row])]);
    expect(arrived?.rows[0]?.raw).toEqual(Uint8Array.of(2, 3, 4));
    if (arrived?.rows[0]?.raw instanceof Uint8Array) arrived.rows[0].raw.fill(0);
    expect(whole).toEqual(Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]));
    expect(row.pixels.data).toHaveLength(1);
  });

  it('keep apart what stands beside each other', () => {
    const columns = schemaOf({ raw: bytes }, 'test');
    const [arrived] = sent([columns], [tableOf([{ raw: Uint8Array.of(1) }, { raw: Uint8Array.of(2, 3) }, { raw: Uint8Array.of() }])]);
    if (arrived?.rows[0]?.raw instanceof Uint8Array) arrived.rows[0].raw.fill(9);
    expect(arrived?.rows.slice(1)).toEqual([{ raw: Uint8Array.of(2, 3) }, { raw: Uint8Array.of() }]);
  });

  it('take arrays of memory that is shared, and buffers of Node', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(2)).fill(7);
    const columns = schemaOf({ raw: bytes }, 'test');
    const [arrived] = sent([columns], [tableOf([{ raw: shared }, { raw: Buffer.from('hi') }])]);
    expect(arrived?.rows).toEqual([{ raw: Uint8Array.of(7, 7) }, { raw: Uint8Array.from(Buffer.from('hi')) }]);
  });

  it('carry only the declared columns', () => {
    const [arrived] = sent([schemaOf({ a: text }, 'test')], [tableOf([{ a: 'x', b: () => {} }])]);
    expect(arrived?.rows).toEqual([{ a: 'x' }]);
  });

  it('go in one buffer of no more than eight bytes beyond what each array needs', () => {
    const columns = schemaOf({ some: list(nullable(bytes)), more: record({ raw: bytes }) }, 'test');
    const row = { some: [new Uint8Array(10), null, new Uint8Array(0)], more: { raw: new Uint8Array(8) } };
    const [, , memory] = new TableCodec([columns]).encode([tableOf([row])]);
    expect(memory.map(({ byteLength }) => byteLength)).toEqual([24]);
  });

  describe('with memory that belongs to their request', () => {
    const columns = schemaOf({ raw: bytes }, 'test');
    const received = (): readonly [Table, ArrayBuffer] => {
      const [table = emptyTable] = sent([columns], [tableOf([{ raw: Uint8Array.of(1, 2) }, { raw: new Uint8Array(20).fill(3) }])]);
      const [first] = table.rows.map(({ raw }) => raw as Uint8Array<ArrayBuffer>);
      return [table, first?.buffer ?? new ArrayBuffer()];
    };

    it('take it along as it is', () => {
      const [table, memory] = received();
      const expected = structuredClone(table);
      expect(sent([columns], [table], [memory])).toEqual([expected]);
      expect(memory.byteLength).toBe(0);
    });

    it('copy what is not in it', () => {
      const [table, memory] = received();
      const added = { ...table, rows: [table.rows[1] as AnyRow, { raw: Uint8Array.of(9) }] };
      const expected = structuredClone(added);
      expect(sent([columns], [added], [memory])).toEqual([expected]);
    });

    it('copy what is only a small part of it, and leave it', () => {
      const [table, memory] = received();
      const part = { ...table, rows: table.rows.slice(0, 1), ids: [0] };
      expect(sent([columns], [part], [memory])[0]?.rows).toEqual([{ raw: Uint8Array.of(1, 2) }]);
      expect(memory.byteLength).toBeGreaterThan(0);
    });

    it('are refused when they hold what was kept of an earlier request', () => {
      const [table, memory] = received();
      sent([columns], [table], [memory]);
      expect(() => sent([columns], [table])).toThrow('a stage must copy what it keeps');
    });
  });

  it('need no bytes where they hold none', () => {
    const [, , memory] = new TableCodec([schemaOf({ a: text }, 'test')]).encode([tableOf([{ a: 'x' }])]);
    expect(memory).toEqual([]);
  });
});
