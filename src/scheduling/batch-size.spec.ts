import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BatchSituation, chooseBatch, leastMsFor, type Waiting } from './batch-size.ts';
import { LatencyModel } from './latency-model.ts';

const sizes = Array.from({ length: 32 }, (_, i) => i + 1);

function modelOf(costMs: (rows: number) => number): LatencyModel {
  const model = new LatencyModel();
  for (let i = 0; i < 20; i++) for (const rows of sizes) model.learn(rows, costMs(rows));
  return model;
}

const flat = modelOf((rows) => 20 + 0.1 * rows);
const proportional = modelOf((rows) => 5 * rows);
const stepped = modelOf((rows) => 10 * Math.ceil(rows / 8));
const worsening = modelOf((rows) => 5 * rows ** 1.3);

/** Requests of one row each. */
const requests = (count: number, deadlineMs = Number.POSITIVE_INFINITY): readonly Waiting[] =>
  Array.from({ length: count }, () => ({ left: 1, deadlineMs }));

const choose = (model: LatencyModel, waiting: readonly Waiting[], fields: Partial<BatchSituation> = {}): string => {
  const { rows, reason } = chooseBatch({ waiting, maxBatch: 32, nowMs: 0, arrivalRate: 0.01, servers: 1, ...fields }, model);
  return `${rows} ${reason}`;
};

describe('the rows of a call are', () => {
  it('all that wait before anything is known', () => {
    expect(choose(new LatencyModel(), requests(7))).toBe('7 idle');
    expect(choose(new LatencyModel(), requests(70))).toBe('32 full');
  });

  it('all that wait where a call costs the same for many', () => {
    expect(choose(flat, requests(20))).toBe('20 idle');
    expect(choose(flat, requests(40))).toBe('32 full');
  });

  it('one where each row costs as much, or more', () => {
    expect(choose(proportional, requests(20))).toBe('1 size');
    expect(choose(worsening, requests(20), { arrivalRate: 0.15 })).toBe('1 size');
  });

  it('as many as fit before a step', () => {
    expect(choose(stepped, requests(9))).toBe('8 size');
    expect(choose(stepped, requests(8))).toBe('8 idle');
  });

  it('those of one request together where that costs it nothing', () => {
    expect(choose(proportional, [{ left: 10, deadlineMs: Number.POSITIVE_INFINITY }])).toBe('10 idle');
  });

  it('one request after another where each row costs as much', () => {
    expect(
      choose(
        proportional,
        [10, 10].map((left) => ({ left, deadlineMs: Number.POSITIVE_INFINITY })),
      ),
    ).toBe('10 size');
  });

  it('fewer where the first would be late with more', () => {
    const linear = modelOf((rows) => 30 + rows);
    const waiting = [...requests(2, 36), ...requests(14, 1000)];
    expect(choose(linear, requests(16, 1000))).toBe('16 idle');
    expect(Number.parseInt(choose(linear, waiting), 10)).toBeLessThanOrEqual(6);
    expect(choose(linear, waiting)).toMatch(/deadline$/);
  });

  it('not fewer where too many come to serve each in time', () => {
    const linear = modelOf((rows) => 10 + rows);
    const waiting = Array.from({ length: 35 }, (_, i) => ({ left: 1, deadlineMs: 13 + 1.2 * i }));
    expect(Number.parseInt(choose(linear, waiting, { arrivalRate: 0.85 }), 10)).toBeGreaterThanOrEqual(16);
  });

  it('more where calls of one size differ: what fewer seem to gain may be chance', () => {
    const differingBy = (part: number): LatencyModel => {
      const model = new LatencyModel();
      for (let i = 0; i < 640; i++)
        model.learn(1 + (i % 16), (6 + 5 * (1 + (i % 16))) * (Math.floor(i / 16) % 2 === 0 ? 1 - part : 1 + part));
      return model;
    };
    expect(choose(differingBy(0), requests(8), { arrivalRate: 0.05 })).toBe('4 size');
    expect(choose(differingBy(0.3), requests(8), { arrivalRate: 0.05 })).toBe('8 idle');
  });

  it('more than none and no more than may be, with a reason that is true, whatever waits', () => {
    const waiting = fc.array(
      fc.record({
        left: fc.integer({ min: 1, max: 50 }),
        deadlineMs: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.double({ min: 1, max: 500, noNaN: true })),
      }),
      { minLength: 1, maxLength: 60 },
    );
    const model = fc.constantFrom(new LatencyModel(), flat, proportional, stepped, worsening);
    fc.assert(
      fc.property(
        waiting,
        model,
        fc.integer({ min: 1, max: 64 }),
        fc.double({ min: 0.001, max: 2, noNaN: true }),
        (given, known, maxBatch, arrivalRate) => {
          const sorted = given.toSorted((a, b) => a.deadlineMs - b.deadlineMs);
          const total = sorted.reduce((rows, { left }) => rows + left, 0);
          const { rows, reason, doneMs } = chooseBatch({ waiting: sorted, maxBatch, nowMs: 0, arrivalRate, servers: 1 }, known);
          expect(rows).toBeGreaterThan(0);
          expect(rows).toBeLessThanOrEqual(Math.min(total, maxBatch));
          expect(reason === 'full').toBe(rows === maxBatch);
          expect(reason === 'idle').toBe(rows === total && rows < maxBatch);
          const inTime = sorted.reduce((sum, { left, deadlineMs }) => (deadlineMs >= doneMs ? sum + left : sum), 0);
          expect(inTime).toBeGreaterThanOrEqual(rows);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('a request is given, at least,', () => {
  const differing = new LatencyModel();
  for (let i = 0; i < 400; i++) differing.learn(1, i % 2 === 0 ? 8 : 12);
  const service = { maxBatch: 4, servers: 1 };

  it('what calls hardly ever take less than', () => {
    expect(leastMsFor(1, { ...service, rowRate: 0.01 }, differing)).toBeLessThan(8);
  });

  it('what they take on average where others could use the time', () => {
    expect(leastMsFor(1, { ...service, rowRate: 1 }, differing)).toBeCloseTo(10, 0);
  });

  it('the time of several calls where it has more rows than one may', () => {
    expect(leastMsFor(9, { maxBatch: 4, servers: 1, rowRate: 0.001 }, proportional)).toBeCloseTo(3 * 20, 0);
  });
});
