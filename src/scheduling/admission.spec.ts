import { describe, expect, it } from 'vitest';
import { arrive, poissonArrivals } from '../simulator/arrivals.ts';
import { gamma, type Random, seededRandom } from '../simulator/random.ts';
import { VirtualClock } from '../simulator/virtual-clock.ts';
import { Admission, type Expectation } from './admission.ts';

const untilLate = (deadlineInMs: number, ahead: number) => ({ ahead, deadlineInMs, targetMs: undefined });

const learn = (admission: Admission, ahead: number, tookMs: number): void => admission.answered(admission.expectation(ahead), tookMs);

/** One that knows a single server, at which each request ahead costs as much as one's own. */
function experienced(serviceMs: number): Admission {
  const admission = new Admission();
  for (let i = 0; i < 200; i++) learn(admission, i % 10, serviceMs * (1 + (i % 10)));
  return admission;
}

describe('admission', () => {
  it('refuses nobody of whom it knows nothing', () => {
    expect(new Admission().overload(untilLate(1, 1000))).toBeUndefined();
  });

  it('takes who can be answered in time, and refuses who cannot', () => {
    const admission = experienced(10);
    expect(admission.overload(untilLate(100, 7))).toBeUndefined();
    expect(admission.overload(untilLate(100, 12))).toMatchObject({ allowedMs: 100 });
  });

  it('says how long the line takes to become short enough', () => {
    expect(experienced(10).overload(untilLate(100, 29))?.retryAfterMs).toBeCloseTo(200, 0);
  });

  it('refuses nobody while nobody is ahead, however late it will be', () => {
    expect(experienced(10).overload(untilLate(1, 0))).toBeUndefined();
  });

  it('keeps a target where that is shorter than the deadline', () => {
    const admission = experienced(10);
    expect(admission.overload({ ahead: 12, deadlineInMs: 30_000, targetMs: 100 })).toMatchObject({ allowedMs: 100 });
    expect(admission.overload({ ahead: 12, deadlineInMs: 30_000, targetMs: 400 })).toBeUndefined();
  });

  it('lets one wait for another where the target is shorter than what a request takes alone', () => {
    const admission = new Admission();
    for (let i = 0; i < 200; i++) learn(admission, i % 2, 100);
    expect(admission.overload({ ahead: 1, deadlineInMs: 30_000, targetMs: 50 })).toBeUndefined();
  });

  it('leaves a margin where requests take other times than expected', () => {
    const [even, uneven] = [new Admission(), new Admission()];
    for (let i = 0; i < 400; i++) {
      learn(even, 5, 60);
      learn(uneven, 5, i % 2 === 0 ? 20 : 100);
    }
    expect(even.overload(untilLate(70, 5))).toBeUndefined();
    expect(uneven.overload(untilLate(70, 5))).toBeDefined();
  });

  it('lets one of several in that it would refuse', () => {
    const admission = experienced(10);
    const taken = Array.from({ length: 640 }, () => admission.overload(untilLate(100, 50))).filter((found) => found === undefined);
    expect(taken).toHaveLength(10);
  });

  it('learns that a pipeline has become faster by those who come when it is idle', () => {
    const admission = experienced(1000);
    expect(admission.overload(untilLate(100, 5))).toBeDefined();
    for (let i = 0; i < 600; i++) learn(admission, 0, 10);
    expect(admission.overload(untilLate(100, 5))).toBeUndefined();
  });

  it('learns nothing good of a request that had no time', () => {
    const admission = experienced(10);
    for (let i = 0; i < 300; i++) admission.late(admission.expectation(12), 1);
    expect(admission.overload(untilLate(100, 12))).toBeDefined();
  });
});

interface Station {
  readonly servers: number;
  /** Rows a server takes at a time. */
  readonly maxBatch: number;
  readonly serviceMs: (rows: number, random: Random) => number;
  readonly capacityPerSecond: number;
}

interface Waiting {
  readonly atMs: number;
  readonly expectation: Expectation | undefined;
}

const DEADLINE_MS = 200;
const SECONDS = 60;

/** Answers in time per second of a station under so many times the load it can take; what is late while it waits is dropped. */
async function goodput({ servers, maxBatch, serviceMs, capacityPerSecond }: Station, load: number, admission?: Admission): Promise<number> {
  const clock = new VirtualClock();
  const random = seededRandom(7);
  const line: Waiting[] = [];
  let [free, ongoing, inTime] = [servers, 0, 0];
  const leave = ({ atMs, expectation }: Waiting): void => {
    ongoing--;
    const tookMs = clock.now() - atMs;
    if (tookMs < DEADLINE_MS) inTime++;
    if (admission === undefined || expectation === undefined) return;
    if (tookMs < DEADLINE_MS) admission.answered(expectation, tookMs);
    else admission.late(expectation, tookMs);
  };
  const serve = (): void => {
    while (line[0] !== undefined && clock.now() - line[0].atMs >= DEADLINE_MS) leave(line.shift() as Waiting);
    if (free === 0 || line.length === 0) return;
    const batch = line.splice(0, maxBatch);
    free--;
    clock.after(serviceMs(batch.length, random), () => {
      free++;
      for (const waiting of batch) leave(waiting);
      serve();
    });
    serve();
  };
  arrive(clock, poissonArrivals(random, load * capacityPerSecond), SECONDS * 1000, () => {
    const refusal = admission?.overload(untilLate(DEADLINE_MS, ongoing));
    if (refusal !== undefined || ongoing >= MAX_QUEUE) return;
    line.push({ atMs: clock.now(), expectation: admission?.expectation(ongoing) });
    ongoing++;
    serve();
  });
  await clock.run();
  return inTime / SECONDS;
}
const MAX_QUEUE = 256;

const even = (meanMs: number) => (_: number, random: Random) => gamma(random, 16, meanMs / 16);
const uneven = (meanMs: number) => (_: number, random: Random) => gamma(random, 2, meanMs / 2);

const stations: Readonly<Record<string, Station>> = {
  'one server of 20 ms': { servers: 1, maxBatch: 1, serviceMs: even(20), capacityPerSecond: 50 },
  'four servers of 40 ms': { servers: 4, maxBatch: 1, serviceMs: even(40), capacityPerSecond: 100 },
  'a server of 5 ms, more or less': { servers: 1, maxBatch: 1, serviceMs: uneven(5), capacityPerSecond: 200 },
  'a server of 5 ms that stops for 50 ms now and then': {
    servers: 1,
    maxBatch: 1,
    serviceMs: (_, random) => (random() < 0.02 ? 50 : 4.1),
    capacityPerSecond: 200,
  },
  'batches of up to 16 in 20 + 2 · rows ms': {
    servers: 1,
    maxBatch: 16,
    serviceMs: (rows, random) => gamma(random, 64, (20 + 2 * rows) / 64),
    capacityPerSecond: (16 * 1000) / 52,
  },
};

describe('answers in time, in the simulator', () => {
  it.each(Object.entries(stations))('stay at three times the load what they are at their peak: %s', async (_, station) => {
    const [one, two, three] = [
      await goodput(station, 1, new Admission()),
      await goodput(station, 2, new Admission()),
      await goodput(station, 3, new Admission()),
    ];
    const peak = Math.max(one, two, three);
    expect(three / peak).toBeGreaterThan(0.9);
    expect(peak / station.capacityPerSecond).toBeGreaterThan(0.85);
  });

  it('are few without it', async () => {
    const station = stations['one server of 20 ms'] as Station;
    expect(await goodput(station, 3)).toBeLessThan(0.5 * (await goodput(station, 3, new Admission())));
  });

  it('are no fewer at half the load', async () => {
    for (const station of Object.values(stations)) {
      expect(await goodput(station, 0.5, new Admission())).toBeGreaterThan(0.98 * (await goodput(station, 0.5)));
    }
  });
});
