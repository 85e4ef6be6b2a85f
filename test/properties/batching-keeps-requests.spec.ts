import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FlowError } from '../../src/errors/flow-error.ts';
import { RequestScope } from '../../src/runtime/request-scope.ts';
import { Batcher } from '../../src/runtime/stages/batcher.ts';
import type { AnyRow } from '../../src/schema/column.ts';
import { sleep } from '../../src/simulator/sleep.ts';
import { VirtualClock } from '../../src/simulator/virtual-clock.ts';

interface Request {
  readonly afterMs: number;
  readonly rows: number;
  /** Null: no deadline. */
  readonly timeMs: number | null;
}

interface Load {
  readonly requests: readonly Request[];
  readonly maxBatch: number;
  readonly concurrency: number;
  readonly keys: number;
  readonly baseMs: number;
  readonly rowMs: number;
}

/** Calls take hundredths of a millisecond, and no deadline is one: who is in time to the last digit is nothing to hold anybody to. */
const callMs = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min: 100 * min, max: 100 * max }).map((hundredths) => hundredths / 100);
const timeMs = fc.integer({ min: 500, max: 40_000 }).map((hundredths) => hundredths / 100 + 0.001234);

const load: fc.Arbitrary<Load> = fc.record({
  requests: fc.array(
    fc.record({
      afterMs: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 40, noNaN: true })),
      rows: fc.integer({ min: 0, max: 12 }),
      timeMs: fc.oneof(fc.constant(null), timeMs),
    }),
    { minLength: 1, maxLength: 60 },
  ),
  maxBatch: fc.integer({ min: 1, max: 16 }),
  concurrency: fc.integer({ min: 1, max: 3 }),
  keys: fc.integer({ min: 1, max: 3 }),
  baseMs: callMs(0.2, 30),
  rowMs: callMs(0, 8),
});

interface Trace {
  /** What became of each request, and how often. */
  readonly outcomes: readonly (readonly unknown[])[];
  readonly given: readonly (readonly AnyRow[])[];
  readonly sizes: readonly number[];
  readonly sent: readonly { readonly reason: string; readonly rows: number; readonly stillThere: () => number }[];
  /** Times at which a row waited though a call could start. */
  readonly idleMs: readonly number[];
  readonly mixedKeys: number;
}

const late = new FlowError('DEADLINE_EXCEEDED', 'late');

/** Runs a load through a batcher on a clock of its own, and notes what can be seen from outside. */
async function traceOf({ requests, maxBatch, concurrency, keys, baseMs, rowMs }: Load): Promise<Trace> {
  const clock = new VirtualClock();
  const outcomes: unknown[][] = requests.map(() => []);
  const given = requests.map(({ rows }, request) =>
    Array.from({ length: rows }, (_, row) => ({ request, row, key: (request + row) % keys })),
  );
  const [sizes, idleMs]: [number[], number[]] = [[], []];
  const sent: { reason: string; rows: number; stillThere: () => number }[] = [];
  const failedMs: number[] = [];
  let [running, waiting, mixedKeys] = [0, new Set<AnyRow>(), 0];
  const call = async (rows: readonly AnyRow[]): Promise<readonly AnyRow[]> => {
    running++;
    sizes.push(rows.length);
    if (new Set(rows.map(({ key }) => key)).size > 1) mixedKeys++;
    for (const row of rows) waiting.delete(row);
    await sleep(clock, baseMs + rowMs * rows.length);
    running--;
    return rows.map((row) => ({ ...row, done: true }));
  };
  const meter = {
    called: () => {},
    failed: () => {},
    blocked: () => {},
    waited: () => {},
    sent(reason: string, rows: number) {
      const there = [...waiting];
      const atMs = clock.now();
      // Who is given up just then is told of it a little later.
      const stillThere = (): number => there.filter(({ request }) => failedMs[Number(request)] !== atMs).length;
      sent.push({ reason, rows, stillThere });
    },
  };
  const keyOf = keys === 1 ? undefined : ({ key }: AnyRow): string => String(key);
  const failure = (cause: unknown, scope: RequestScope): FlowError => scope.reason ?? new FlowError('STAGE_FAILED', String(cause));
  const batcher = new Batcher({ clock, call, maxBatch, concurrency, keyOf, failure, late: () => late, mayRepeat: true, meter });
  const look = (): void => {
    if (running < concurrency && waiting.size > 0) idleMs.push(clock.now());
  };
  let atMs = 0;
  for (const [i, { afterMs, timeMs }] of requests.entries()) {
    atMs += afterMs;
    clock.after(atMs, () => {
      const rows = given[i] ?? [];
      for (const row of rows) waiting.add(row);
      const scope = new RequestScope(timeMs === null ? undefined : clock.now() + timeMs);
      const callOff = timeMs === null ? () => {} : clock.after(timeMs, () => scope.end(late));
      const settle = (outcome: unknown): void => {
        callOff();
        if (outcome === late) failedMs[i] = clock.now();
        for (const row of rows) waiting.delete(row);
        outcomes[i]?.push(outcome);
      };
      (async () => batcher.run(rows, scope))().then(settle, settle);
    });
    clock.after(atMs + 0.1, look);
    clock.after(atMs + 17.3, look);
  }
  await clock.run();
  return { outcomes, given, sizes, sent, idleMs, mixedKeys };
}

describe('a batcher under any load', () => {
  it('answers each request once with its own rows, or fails it once', async () => {
    await fc.assert(
      fc.asyncProperty(load, async (given) => {
        const { outcomes, given: rows } = await traceOf(given);
        for (const [i, outcome] of outcomes.entries()) {
          expect(outcome).toHaveLength(1);
          if (outcome[0] !== late) expect(outcome[0]).toEqual(rows[i]?.map((row) => ({ ...row, done: true })));
          if (given.requests[i]?.timeMs === null) expect(outcome[0]).not.toBe(late);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('has no call larger than it may be, nor one of rows that may not share it, and leaves nothing waiting while a call could start', async () => {
    await fc.assert(
      fc.asyncProperty(load, async (given) => {
        const { sizes, idleMs, mixedKeys } = await traceOf(given);
        expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(given.maxBatch);
        expect(mixedKeys).toBe(0);
        expect(idleMs).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('says of each call why it was sent, and that is true', async () => {
    await fc.assert(
      fc.asyncProperty(
        load.map((given) => ({ ...given, keys: 1 })),
        async (given) => {
          const { sent, sizes } = await traceOf(given);
          expect(sent.map(({ rows }) => rows)).toEqual(sizes);
          for (const { reason, rows, stillThere } of sent) {
            expect(reason === 'full').toBe(rows === given.maxBatch);
            expect(reason === 'idle').toBe(rows < given.maxBatch && rows === stillThere());
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('serves by deadline, and whoever has none too', async () => {
    const clock = new VirtualClock();
    const order: unknown[] = [];
    const call = async (rows: readonly AnyRow[]): Promise<readonly AnyRow[]> => {
      order.push(...rows.map(({ n }) => n));
      await sleep(clock, 10);
      return rows;
    };
    const meter = { called: () => {}, failed: () => {}, blocked: () => {}, waited: () => {}, sent: () => {} };
    const batcher = new Batcher({ clock, call, maxBatch: 1, meter, failure: () => late, late: () => late, mayRepeat: true });
    const run = (n: number, timeMs: number): unknown => batcher.run([{ n }], new RequestScope(clock.now() + timeMs));
    for (const [n, timeMs] of [
      [0, 1000],
      [1, Number.POSITIVE_INFINITY],
      [2, 500],
      [3, 200],
    ] as const)
      void run(n, timeMs);
    // Urgent ones come for twenty seconds, more than can be served.
    for (let ms = 0; ms < 20_000; ms += 9) clock.after(ms, () => void Promise.resolve(run(100, 5000)).catch(() => {}));
    await clock.run();
    expect(order.filter((n) => Number(n) < 100)).toEqual([0, 3, 2, 1]);
    expect(order.indexOf(1)).toBeLessThan(order.length - 500);
  });
});
