import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnyColumn, bool, bytes, float32, float64, int32, int64, list, nullable, record, schemaOf, tensor, text } from './column.ts';
import { rowChecker } from './row-checker.ts';
import { rowProblem } from './validate.ts';

const names = fc.oneof(
  fc.constantFrom(
    'n',
    'constructor',
    'toString',
    'hasOwnProperty',
    'then',
    'length',
    '0',
    '10',
    'a"b',
    "it's",
    '\\',
    '\n',
    '\u2028',
    '{x}',
    '*/',
  ),
  fc.string({ minLength: 1, maxLength: 3 }).filter((name) => name !== '__proto__'),
);
const scalar = fc.constantFrom<AnyColumn>(
  text,
  bytes,
  bool,
  int32,
  int64,
  float32,
  float64,
  tensor('FP32', [2]),
  list(int32),
  record({ x: text }),
);
const column = fc.tuple(scalar, fc.boolean()).map(([of, isNullable]) => (isNullable ? nullable(of) : of));
const columns = fc
  .uniqueArray(fc.tuple(names, column), { maxLength: 5, selector: ([name]) => name })
  .map((entries) => Object.fromEntries(entries));

/** A value of the column, or near one. */
const valueFor = (kind: string): fc.Arbitrary<unknown> => {
  const values: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
    text: fc.string(),
    bytes: fc.uint8Array({ maxLength: 2 }),
    bool: fc.boolean(),
    int32: fc.oneof(fc.integer(), fc.constantFrom(-0, 2 ** 31, 0.5, Number.NaN)),
    int64: fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }), fc.constant(1)),
    float32: fc.double(),
    float64: fc.double(),
    tensor: fc.integer({ min: 1, max: 3 }).map((length) => ({ datatype: 'FP32', shape: [2], data: new Float32Array(length) })),
    list: fc.array(fc.oneof(fc.integer(), fc.string()), { maxLength: 2 }),
    record: fc.constantFrom({ x: 'y' }, { x: 1 }, {}),
  };
  return values[kind] ?? fc.constant(null);
};
const wrong = fc.constantFrom<unknown>(null, undefined, 1, 'x', {}, [], Symbol('s'), () => {}, Promise.resolve());

interface Case {
  readonly given: Readonly<Record<string, AnyColumn>>;
  readonly row: unknown;
}

const rightRow = (given: Readonly<Record<string, AnyColumn>>): fc.Arbitrary<Record<string, unknown>> =>
  fc
    .tuple(
      ...Object.entries(given).map(([name, { kind }]) =>
        fc.oneof({ weight: 9, arbitrary: valueFor(kind) }, wrong).map((value) => [name, value] as const),
      ),
    )
    .map((entries) => Object.fromEntries(entries));

const odd = (row: Record<string, unknown>): fc.Arbitrary<unknown> => {
  const [first = 'n'] = Object.keys(row);
  const { [first]: value, ...rest } = row;
  return fc.constantFrom<unknown>(
    row,
    Object.assign(Object.create(null), row),
    { ...row, more: 1 },
    rest,
    Object.create(row),
    Object.assign(Object.create({ inherited: 1 }), row),
    Object.defineProperty({ ...rest }, first, { value, enumerable: false }),
    Object.defineProperty({ ...rest }, first, { get: () => value, enumerable: true }),
    [row],
    Object.freeze({ ...row }),
    new Proxy(row, {}),
    { ...row, [Symbol('hidden')]: 1 },
  );
};
const cases: fc.Arbitrary<Case> = columns.chain((given) =>
  fc
    .oneof({ weight: 3, arbitrary: rightRow(given) }, { weight: 2, arbitrary: rightRow(given).chain(odd) }, wrong)
    .map((row) => ({ given, row })),
);

describe('a row checker', () => {
  it('takes exactly the rows in which rowProblem finds nothing wrong', () => {
    const property = fc.property(cases, ({ given, row }) => {
      const schema = schemaOf(given, 'given');
      expect(rowChecker(schema)(row)).toBe(rowProblem(schema, row) === null);
    });
    fc.assert(property, { numRuns: 3000 });
  });

  it('is made once for a schema', () => {
    const schema = schemaOf({ n: int32 }, 'n');
    expect(rowChecker(schema)).toBe(rowChecker(schema));
  });

  it('does not take what a prototype has for a column', () => {
    const isValid = rowChecker(schemaOf({ toString: text }, 'names'));
    expect(isValid({})).toBe(false);
    expect(isValid({ toString: 'own' })).toBe(true);
  });
});
