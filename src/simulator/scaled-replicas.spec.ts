import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrive, burstyArrivals, poissonArrivals, varyingArrivals } from './arrivals.ts';
import { exponential, gamma, type Random, seededRandom } from './random.ts';
import { ScaledReplicas, type SimulatedCall } from './scaled-replicas.ts';
import { VirtualClock } from './virtual-clock.ts';

interface Scenario {
  readonly seed: number;
  readonly arrivals: (random: Random) => Iterator<number>;
  readonly serviceMs: (random: Random) => number;
  readonly untilMs: number;
  readonly replicas?: number;
  readonly floor?: number;
  readonly ceiling?: number;
  readonly targetMs?: number;
}

/** Calls come for a while; a replica starts within 300 ms. */
function simulate(scenario: Scenario): { readonly replicas: ScaledReplicas; readonly came: number } {
  const { seed, arrivals, serviceMs, untilMs, floor = 1, ceiling = 200, targetMs = Number.POSITIVE_INFINITY } = scenario;
  const random = seededRandom(seed);
  const clock = new VirtualClock();
  const settings = { floor, ceiling, targetMs, downAfterMs: 30_000 };
  const replicas = new ScaledReplicas({
    settings,
    clock,
    untilMs,
    serviceMs: () => serviceMs(random),
    startMs: 300,
    replicas: scenario.replicas ?? floor,
  });
  let came = 0;
  arrive(clock, arrivals(random), untilMs, () => {
    came++;
    replicas.arrive();
  });
  clock.advance(untilMs);
  return { replicas, came };
}

const seeds = fc.integer({ min: 1, max: 1_000_000 });
const numbersIn = ({ samples }: ScaledReplicas, fromMs: number): readonly number[] =>
  samples.filter(({ atMs }) => atMs >= fromMs).map(({ replicas }) => replicas);
const changesIn = (numbers: readonly number[]): number => numbers.filter((number, i) => i > 0 && number !== numbers[i - 1]).length;
const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;

/** The share of the calls of a while that took longer than the target. */
function lateShare(calls: readonly SimulatedCall[], targetMs: number, [fromMs, untilMs]: readonly [number, number]): number {
  const came = calls.filter(({ cameAtMs }) => cameAtMs >= fromMs && cameAtMs < untilMs);
  return came.filter(({ tookMs }) => tookMs > targetMs).length / Math.max(1, came.length);
}

describe('replicas under a load at random', () => {
  const bursts = fc.record({
    quietPerSecond: fc.integer({ min: 1, max: 30 }),
    burstPerSecond: fc.integer({ min: 30, max: 200 }),
    quietMs: fc.integer({ min: 500, max: 30_000 }),
    burstMs: fc.integer({ min: 500, max: 10_000 }),
  });

  it('stay within their bounds, answer each call once, and go down only while nothing waits', () => {
    const bounds = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 4, max: 40 }));
    fc.assert(
      fc.property(seeds, bursts, bounds, fc.integer({ min: 5, max: 400 }), (seed, rates, [floor, ceiling], meanMs) => {
        const { replicas, came } = simulate({
          seed,
          arrivals: (random) => burstyArrivals(random, rates),
          serviceMs: (random) => gamma(random, 3, meanMs / 3),
          untilMs: 120_000,
          floor,
          ceiling,
        });
        const { samples } = replicas;
        expect(replicas.calls.length + replicas.underWay).toBe(came);
        expect(samples.filter((sample) => sample.replicas < floor || sample.replicas > ceiling)).toEqual([]);
        expect(samples.filter(({ replicas: now, queued }, i) => queued > 0 && now < (samples[i - 1]?.replicas ?? 0))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});

describe('replicas under a constant load', () => {
  const loads = fc.record({ perSecond: fc.integer({ min: 2, max: 150 }), meanMs: fc.integer({ min: 10, max: 300 }) });

  it('settle: there are enough, not many more, and their number hardly changes', () => {
    fc.assert(
      fc.property(seeds, loads, (seed, { perSecond, meanMs }) => {
        const { replicas } = simulate({
          seed,
          arrivals: (random) => poissonArrivals(random, perSecond),
          serviceMs: (random) => exponential(random, meanMs),
          untilMs: 900_000,
        });
        const load = (perSecond * meanMs) / 1000;
        const settled = numbersIn(replicas, 300_000);
        expect(Math.min(...settled)).toBeGreaterThanOrEqual(load);
        expect(median(settled)).toBeLessThanOrEqual(2 * load + 6);
        // Ten minutes, 6000 decisions.
        expect(changesIn(settled)).toBeLessThanOrEqual(40);
      }),
      { numRuns: 20 },
    );
  });

  it('stay as they are for calls that come and take as usual', () => {
    const { replicas } = simulate({
      seed: 1,
      arrivals: (random) => poissonArrivals(random, 50),
      serviceMs: () => 100,
      untilMs: 900_000,
    });
    expect(changesIn(numbersIn(replicas, 300_000))).toBe(0);
  });
});

describe('replicas under a load that grows fourfold in a step', () => {
  it('meet their target again within two seconds', () => {
    const stepMs = 60_000;
    fc.assert(
      fc.property(seeds, fc.integer({ min: 10, max: 50 }), (seed, perSecond) => {
        const targetMs = 400;
        const { replicas, came } = simulate({
          seed,
          arrivals: (random) => varyingArrivals(random, (atMs) => (atMs < stepMs ? 1 : 4) * perSecond, 4 * perSecond),
          serviceMs: () => 100,
          untilMs: stepMs + 20_000,
          targetMs,
        });
        expect(lateShare(replicas.calls, targetMs, [stepMs + 2000, stepMs + 12_000])).toBeLessThanOrEqual(0.1);
        expect(replicas.calls.length + replicas.underWay).toBe(came);
      }),
      { numRuns: 50 },
    );
  });
});
