import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrive, burstyArrivals, dayArrivals, poissonArrivals, varyingArrivals } from './arrivals.ts';
import { exponential, gamma, type Random, seededRandom, uniform } from './random.ts';
import { ScaledReplicas, type ScalingSample, type SimulatedCall } from './scaled-replicas.ts';
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

interface Simulated {
  readonly came: number;
  readonly underWay: number;
  readonly samples: readonly ScalingSample[];
  readonly calls: readonly SimulatedCall[];
}

/** Calls come for a while; a replica starts within 300 ms. */
function simulate(scenario: Scenario): Simulated {
  const { seed, arrivals, serviceMs, untilMs, floor = 1, ceiling = 200, targetMs = Number.POSITIVE_INFINITY } = scenario;
  const random = seededRandom(seed);
  const clock = new VirtualClock();
  const settings = { floor, ceiling, targetMs, downAfterMs: 30_000 };
  const samples: ScalingSample[] = [];
  const calls: SimulatedCall[] = [];
  const replicas = new ScaledReplicas({
    settings,
    clock,
    untilMs,
    serviceMs: () => serviceMs(random),
    startMs: 300,
    replicas: scenario.replicas ?? floor,
    onSample: (sample) => samples.push(sample),
    onAnswer: (call) => calls.push(call),
  });
  let came = 0;
  arrive(clock, arrivals(random), untilMs, () => {
    came++;
    replicas.arrive();
  });
  clock.advance(untilMs);
  return { came, underWay: replicas.underWay, samples, calls };
}

const seeds = fc.integer({ min: 1, max: 1_000_000 });
const numbersIn = ({ samples }: Simulated, fromMs: number): readonly number[] =>
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
        const { samples, calls, came, underWay } = simulate({
          seed,
          arrivals: (random) => burstyArrivals(random, rates),
          serviceMs: (random) => gamma(random, 3, meanMs / 3),
          untilMs: 120_000,
          floor,
          ceiling,
        });
        expect(calls.length + underWay).toBe(came);
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
        const simulated = simulate({
          seed,
          arrivals: (random) => poissonArrivals(random, perSecond),
          serviceMs: (random) => exponential(random, meanMs),
          untilMs: 900_000,
        });
        const load = (perSecond * meanMs) / 1000;
        const settled = numbersIn(simulated, 300_000);
        expect(Math.min(...settled)).toBeGreaterThanOrEqual(load);
        expect(median(settled)).toBeLessThanOrEqual(2 * load + 6);
        // Ten minutes, 6000 decisions.
        expect(changesIn(settled)).toBeLessThanOrEqual(40);
      }),
      { numRuns: 20 },
    );
  });

  it('stay as they are for calls that come and take as usual', () => {
    const simulated = simulate({
      seed: 1,
      arrivals: (random) => poissonArrivals(random, 50),
      serviceMs: () => 100,
      untilMs: 900_000,
    });
    expect(changesIn(numbersIn(simulated, 300_000))).toBe(0);
  });
});

describe('replicas under a load that grows fourfold in a step', () => {
  it('meet their target again within two seconds', () => {
    const stepMs = 60_000;
    fc.assert(
      fc.property(seeds, fc.integer({ min: 10, max: 50 }), (seed, perSecond) => {
        const targetMs = 400;
        const { calls, came, underWay } = simulate({
          seed,
          arrivals: (random) => varyingArrivals(random, (atMs) => (atMs < stepMs ? 1 : 4) * perSecond, 4 * perSecond),
          serviceMs: () => 100,
          untilMs: stepMs + 20_000,
          targetMs,
        });
        expect(lateShare(calls, targetMs, [stepMs + 2000, stepMs + 12_000])).toBeLessThanOrEqual(0.1);
        expect(calls.length + underWay).toBe(came);
      }),
      { numRuns: 50 },
    );
  });
});

describe('replicas whose calls take minutes', () => {
  const minutes = (random: Random): number => uniform(random, 60_000, 180_000);

  it('are as many as at first until it is known how long a call takes', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        // Forty of them have something to do.
        const { samples } = simulate({
          seed,
          arrivals: (random) => poissonArrivals(random, 1 / 3),
          serviceMs: minutes,
          untilMs: 600_000,
          replicas: 60,
        });
        expect(Math.min(...samples.map(({ replicas }) => replicas))).toBeGreaterThanOrEqual(15);
        expect(Math.max(...samples.map(({ replicas }) => replicas))).toBeLessThanOrEqual(150);
      }),
      { numRuns: 20 },
    );
  });

  it('follow the wave of a day without going up and down', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { samples, calls } = simulate({
          seed,
          arrivals: (random) => dayArrivals(random, { lowPerSecond: 1 / 3, highPerSecond: 2, dayMs: 3 * 3_600_000 }),
          serviceMs: minutes,
          untilMs: 3 * 3_600_000,
          replicas: 60,
          ceiling: 1000,
          targetMs: 240_000,
        });
        const steps = samples.flatMap(({ atMs, replicas }, i) => {
          const before = samples[i - 1]?.replicas ?? replicas;
          return replicas === before ? [] : [{ atMs, isUp: replicas > before }];
        });
        const takenBack = steps.filter(({ atMs, isUp }, i) => {
          const before = steps[i - 1];
          return isUp && before?.isUp === false && atMs - before.atMs < 600_000;
        });
        expect(takenBack.length).toBeLessThanOrEqual(2);
        expect(lateShare(calls, 240_000, [0, 3 * 3_600_000])).toBeLessThan(0.001);
      }),
      { numRuns: 4 },
    );
  });
});
