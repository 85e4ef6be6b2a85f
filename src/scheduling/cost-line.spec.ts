import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineThrough, msOn } from './cost-line.ts';

const positive = fc.double({ min: 0.1, max: 100, noNaN: true });

describe('a cost line', () => {
  it('is the line on which all points are', () => {
    fc.assert(
      fc.property(
        positive,
        positive,
        fc.uniqueArray(fc.integer({ min: 1, max: 64 }), { minLength: 2, maxLength: 8 }),
        (baseMs, rowMs, sizes) => {
          const line = lineThrough(sizes.map((rows) => ({ rows, ms: baseMs + rowMs * rows, calls: 3 })));
          expect(line?.baseMs).toBeCloseTo(baseMs, 3);
          expect(line?.rowMs).toBeCloseTo(rowMs, 3);
        },
      ),
    );
  });

  it('never costs less for more rows, nor anything below nothing', () => {
    const point = fc.record({ rows: fc.integer({ min: 1, max: 64 }), ms: positive, calls: fc.integer({ min: 1, max: 256 }) });
    const points = fc.uniqueArray(point, { minLength: 2, maxLength: 8, selector: ({ rows }) => rows });
    fc.assert(
      fc.property(points, (some) => {
        const line = lineThrough(some) ?? { baseMs: Number.NaN, rowMs: Number.NaN };
        expect(line.baseMs).toBeGreaterThanOrEqual(0);
        expect(line.rowMs).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('is nearer to the points of many calls', () => {
    const many = { rows: 8, ms: 80, calls: 100 };
    const line = lineThrough([{ rows: 1, ms: 10, calls: 100 }, { rows: 4, ms: 80, calls: 1 }, many]);
    expect(line && msOn(line, 8)).toBeCloseTo(many.ms, -1);
  });

  it('needs two sizes', () => {
    expect(lineThrough([{ rows: 4, ms: 10, calls: 9 }])).toBeUndefined();
  });
});
