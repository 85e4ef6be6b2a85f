import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Copy } from '../../src/runtime/copy.ts';
import { Racer } from '../../src/runtime/racing.ts';
import { RequestScope } from '../../src/runtime/request-scope.ts';
import { exponential, logNormal, type Random, seededRandom } from '../../src/simulator/random.ts';
import { VirtualClock } from '../../src/simulator/virtual-clock.ts';

/** Calls that are alike. */
interface Spell {
  readonly calls: number;
  /** Between two calls, in times of what one takes: far below 1, many are under way at a time. */
  readonly gap: number;
  readonly ms: number;
  readonly spread: number;
}

interface Load {
  readonly spells: readonly Spell[];
  readonly seed: number;
  readonly budget: number;
  /** The share of runs that heed their signal. */
  readonly heeding: number;
  readonly failing: number;
}

const load: fc.Arbitrary<Load> = fc.record({
  spells: fc.array(
    fc.record({
      calls: fc.integer({ min: 1, max: 800 }),
      gap: fc.double({ min: 0.01, max: 1, noNaN: true }),
      ms: fc.double({ min: 1, max: 100, noNaN: true }),
      spread: fc.double({ min: 0, max: 2, noNaN: true }),
    }),
    { minLength: 2, maxLength: 5 },
  ),
  seed: fc.integer(),
  budget: fc.double({ min: 0.02, max: 0.5, noNaN: true }),
  heeding: fc.constantFrom(0, 0.5, 1),
  failing: fc.constantFrom(0, 0.1),
});

interface Run {
  readonly isCopy: boolean;
  readonly fullMs: number;
  readonly scope: RequestScope;
  readonly beganMs: number;
  /** Undefined while it runs. */
  ranMs: number | undefined;
}

/** What can be seen of hedged calls from outside. */
interface Trace {
  readonly runs: readonly Run[];
  /** What became of each call, and how often. */
  readonly outcomes: readonly (readonly unknown[])[];
  /** At each start of a copy: what ended copies had computed, and what calls had. */
  readonly starts: readonly { readonly copiesMs: number; readonly callsMs: number }[];
  /** Runs that went on, without having been told to end, when their call had its answer. */
  readonly forgotten: number;
  readonly reportedMs: number;
  readonly timers: number;
}

/** Hedges a load on a clock of its own. */
async function traceOf({ spells, seed, budget, heeding, failing }: Load): Promise<Trace> {
  const [clock, random] = [new VirtualClock(), seededRandom(seed)];
  const runs: Run[] = [];
  const runsOfCall: Run[][] = [];
  const outcomes: unknown[][] = [];
  const starts: { copiesMs: number; callsMs: number }[] = [];
  let [forgotten, reportedMs] = [0, 0];
  const meter = {
    raced: () => {},
    uncancelled: () => {},
    extra: (ms: number) => {
      reportedMs += ms;
    },
  };
  const racer = new Racer({ race: { kind: 'hedge', budget }, clock, meter });

  const runOf = (call: number, spell: Spell, copy: Copy): Promise<number> => {
    const { scope } = copy;
    const runsOfThis = runsOfCall[call] ?? [];
    const isCopy = runsOfThis.length > 0;
    if (isCopy) starts.push({ copiesMs: copiesMs(runs), callsMs: callsMs(runs) });
    const run: Run = { isCopy, fullMs: drawn(random, spell), scope, beganMs: clock.now(), ranMs: undefined };
    const [heeds, fails] = [random() < heeding, random() < failing];
    runs.push(run);
    runsOfCall[call] = [...runsOfThis, run];
    copy.begins();
    return new Promise((resolve, reject) => {
      const over = (settle: () => void): void => {
        run.ranMs = clock.now() - run.beganMs;
        settle();
      };
      const callOff = clock.after(run.fullMs, () => over(() => (fails ? reject(new Error(`call ${call}`)) : resolve(call))));
      scope.onEnd((reason) => {
        if (!heeds) return;
        callOff();
        over(() => reject(reason));
      });
    });
  };

  const make = async (call: number, spell: Spell): Promise<void> => {
    const outcome = await Promise.resolve(racer.run(new RequestScope(), (copy) => runOf(call, spell, copy))).catch(String);
    outcomes[call]?.push(outcome);
    forgotten += (runsOfCall[call] ?? []).filter(({ ranMs, scope }) => ranMs === undefined && scope.reason === undefined).length;
  };

  let atMs = 0;
  for (const spell of spells) {
    for (let i = 0; i < spell.calls; i++) {
      atMs += exponential(random, spell.gap * spell.ms);
      const call = outcomes.push([]) - 1;
      clock.after(atMs, () => void make(call, spell));
    }
  }
  await clock.run();
  return { runs, outcomes, starts, forgotten, reportedMs, timers: clock.timers };
}

function drawn(random: Random, { ms, spread }: Spell): number {
  return logNormal(random, Math.log(ms), spread);
}

/** What copies have computed that have ended. */
function copiesMs(runs: readonly Run[]): number {
  return runs.reduce((sum, { isCopy, ranMs = 0 }) => sum + (isCopy ? ranMs : 0), 0);
}

/** What calls that have ended would have computed by themselves. One that was cut off is taken for as long as any seen, but for the width of bins. */
function callsMs(runs: readonly Run[]): number {
  const ended = runs.filter(({ ranMs }) => ranMs !== undefined);
  const longestMs = Math.max(0, ...ended.map(({ fullMs }) => fullMs));
  return ended.reduce((sum, { isCopy, fullMs, ranMs }) => sum + (isCopy ? 0 : ranMs === fullMs ? fullMs : longestMs * 1.21), 0);
}

/** How many copies were under way at once. */
function mostAtOnce(runs: readonly Run[]): number {
  const copies = runs.filter(({ isCopy }) => isCopy);
  const under = (atMs: number): number => copies.filter(({ beganMs, ranMs = 0 }) => beganMs <= atMs && atMs <= beganMs + ranMs).length;
  return Math.max(0, ...copies.map(({ beganMs }) => under(beganMs)));
}

describe('hedged calls that overlap', () => {
  it('answer each call once, with its own answer, and leave nothing behind', async () => {
    const property = fc.asyncProperty(load, async (given) => {
      const { runs, outcomes, forgotten, timers } = await traceOf(given);
      const isItsOwn = (seen: readonly unknown[], call: number): boolean =>
        seen.length === 1 && (seen[0] === call || seen[0] === `Error: call ${call}`);
      expect(outcomes.filter((seen, call) => !isItsOwn(seen, call))).toEqual([]);
      expect(forgotten).toBe(0);
      expect(runs.every(({ ranMs }) => ranMs !== undefined)).toBe(true);
      expect(timers).toBe(0);
    });
    await fc.assert(property, { numRuns: 30 });
  });

  it('compute no more in copies than their budget, but for what the copies under way then take too long', async () => {
    const property = fc.asyncProperty(load, async (given) => {
      const { runs, starts, reportedMs } = await traceOf(given);
      for (const start of starts) expect(start.copiesMs).toBeLessThanOrEqual(given.budget * start.callsMs + TINY);
      const longestMs = Math.max(...runs.map(({ fullMs }) => fullMs));
      expect(copiesMs(runs)).toBeLessThanOrEqual(given.budget * callsMs(runs) + mostAtOnce(runs) * longestMs + TINY);
      expect(reportedMs).toBeCloseTo(copiesMs(runs), 3);
    });
    await fc.assert(property, { numRuns: 30 });
  });

  it('are copied, where a load allows it', async () => {
    const spells = [{ calls: 2000, gap: 0.1, ms: 10, spread: 1.5 }];
    const { runs } = await traceOf({ spells, seed: 1, budget: 0.05, heeding: 1, failing: 0 });
    const aloneMs = runs.reduce((sum, { isCopy, fullMs }) => sum + (isCopy ? 0 : fullMs), 0);
    expect(copiesMs(runs) / aloneMs).toBeGreaterThan(0.02);
    expect(copiesMs(runs) / aloneMs).toBeLessThanOrEqual(0.05);
  });
});

const TINY = 1e-6;
