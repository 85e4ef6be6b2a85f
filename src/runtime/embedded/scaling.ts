import { FlowError, messageOf } from '../../errors/flow-error.ts';
import type { ReplicaBounds } from '../../plan/stage.ts';
import { granted, type LoadMeasurement, type ScalerState, scale, startScaling } from '../../scheduling/scaler.ts';
import { type Capacity, share } from '../../scheduling/share.ts';
import type { Clock } from '../clock.ts';
import type { PoolStatistics, ScalablePool } from '../pool/scalable-pool.ts';

/** What a pool may be scaled to. */
export interface ScaledPool {
  readonly pool: ScalablePool;
  readonly bounds: ReplicaBounds;
  readonly resource: string | undefined;
  readonly targetMs: number;
}

interface ScalingOptions {
  readonly clock: Clock;
  readonly capacity: Capacity;
  /** How long fewer replicas must have been enough before one is given back. */
  readonly downAfterMs: number;
}

interface Member extends ScaledPool {
  state: ScalerState;
  before: PoolStatistics;
  /** How many of its replicas have been busy on average. */
  busy: number;
}

const TICK_MS = 100;
/** A request may be under way elsewhere for long before it comes to what is scaled. */
const REST_AFTER_TICKS = 600;
/** Over how long it is looked at how many replicas are busy. */
const BUSY_SPAN_MS = 10_000;
/** A replica may have what is left of a core, if that is half of one. */
const REST_OF_CORES = 0.5;

/** Decides for all pools of a server, ten times a second while anything runs, how many replicas each has. */
export class Scaling {
  readonly #options: ScalingOptions;
  readonly #members = new Set<Member>();
  readonly #reserved = new Map<string, number>();
  readonly #heldBack = new WeakSet<ScalablePool>();
  #timer: NodeJS.Timeout | undefined;
  #restfulTicks = 0;

  constructor(options: ScalingOptions) {
    this.#options = options;
  }

  /** How many there are of a resource. */
  countOf(resource: string): number {
    return this.#options.capacity.resources[resource] ?? 0;
  }

  /** Sets apart what replicas are to occupy in any case; the function it returns gives it back. Errors: OPTION_INVALID. */
  reserve(resource: string, replicas: number, where: string): () => void {
    const count = this.countOf(resource);
    const reserved = (this.#reserved.get(resource) ?? 0) + replicas;
    if (reserved > count) {
      throw new FlowError('OPTION_INVALID', `${where} needs ${reserved} of the resource "${resource}", and the server has ${count}`, {
        hint: `Say how many there are: resources: { ${JSON.stringify(resource)}: ${reserved} } in a program, --resource ${resource}=${reserved} on the command line.`,
      });
    }
    this.#reserved.set(resource, reserved);
    return () => this.#reserved.set(resource, (this.#reserved.get(resource) ?? 0) - replicas);
  }

  /** Scales these from now on; the function it returns lets them be. */
  add(pools: readonly ScaledPool[]): () => void {
    const nowMs = this.#options.clock.now();
    const members = pools.map((scaled) => ({
      ...scaled,
      state: startScaling(scaled.pool.replicas, nowMs),
      before: readingOf(scaled.pool),
      busy: 0,
    }));
    for (const member of members) this.#members.add(member);
    return () => {
      for (const member of members) this.#members.delete(member);
      if (this.#members.size === 0) this.#rest();
    };
  }

  /** Something has come: until all is quiet again it is measured what. The process may end meanwhile. */
  wake(): void {
    if (this.#timer === undefined && this.#members.size > 0) this.#timer = setInterval(() => this.tick(), TICK_MS).unref();
  }

  /** Measures and decides once. */
  tick(): void {
    const nowMs = this.#options.clock.now();
    const members = [...this.#members];
    const wishes = members.map((member) => wishOf(member, this.#options.downAfterMs, nowMs));
    const { capacity } = this.#options;
    const shares = share(wishes, { ...capacity, cores: capacity.cores + REST_OF_CORES });
    members.forEach((member, i) => {
      const replicas = shares[i] ?? member.bounds.min;
      this.#note(member.pool, replicas < (wishes[i]?.replicas ?? 0));
      member.state = granted(member.state, replicas);
      // Why one could not start is heard where it is tried; the next decision asks again.
      if (replicas !== member.pool.replicas) member.pool.scaleTo(replicas).catch((error: unknown) => warn(member.pool, error));
    });
    for (const { pool } of members) void pool.measureCores();
    this.#restfulTicks = members.every(isAtRest) ? this.#restfulTicks + 1 : 0;
    if (this.#restfulTicks >= REST_AFTER_TICKS) this.#rest();
  }

  /** Whether there may soon be more replicas: not where the machine has no room for those that are wished for. */
  mayGrow({ pool, bounds }: Pick<ScaledPool, 'pool' | 'bounds'>): boolean {
    return pool.replicas < bounds.max && !this.#heldBack.has(pool);
  }

  #note(pool: ScalablePool, isHeldBack: boolean): void {
    if (isHeldBack) this.#heldBack.add(pool);
    else this.#heldBack.delete(pool);
  }

  #rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#restfulTicks = 0;
  }
}

function wishOf(member: Member, downAfterMs: number, nowMs: number): Parameters<typeof share>[0][number] {
  const { pool, bounds, resource, targetMs } = member;
  const statistics = readingOf(pool);
  const settings = { floor: bounds.min, ceiling: bounds.max, targetMs, downAfterMs };
  const measured = sinceThen(member.before, statistics);
  member.busy = busyOnAverage(member, measured, nowMs);
  const decision = scale(settings, member.state, measured, nowMs);
  member.state = decision.state;
  member.before = statistics;
  const cores = coresOf(member, decision.replicas);
  return { floor: bounds.min, replicas: decision.replicas, cores, bytes: pool.memoryBytes ?? 0, resource };
}

/** Who wishes for more will keep all of them busy; who is content with the least may have nothing to do. */
function coresOf({ pool, bounds, busy }: Member, wished: number): number {
  const use = wished > bounds.min ? 1 : Math.min(1, busy / bounds.min);
  return (pool.cores ?? 0) * use;
}

function busyOnAverage({ busy, state }: Member, { busyMs }: LoadMeasurement, nowMs: number): number {
  const sinceMs = nowMs - state.atMs;
  if (sinceMs <= 0) return busy;
  return busy + (busyMs / sinceMs - busy) * (1 - Math.exp(-sinceMs / BUSY_SPAN_MS));
}

/** What a pool has counted, with what waits before it as if it had come. */
function readingOf(pool: ScalablePool): PoolStatistics {
  const statistics = pool.statistics();
  const waiting = pool.waiting?.();
  if (waiting === undefined) return statistics;
  return {
    ...statistics,
    arrivals: waiting.arrivals,
    queued: statistics.queued + waiting.calls,
    oldestWaitMs: Math.max(statistics.oldestWaitMs, waiting.oldestWaitMs),
  };
}

function sinceThen(before: PoolStatistics, now: PoolStatistics): LoadMeasurement {
  return {
    arrived: now.arrivals - before.arrivals,
    served: Math.max(0, now.completions - before.completions),
    busyMs: now.busyMs - before.busyMs,
    queued: now.queued,
    oldestWaitMs: now.oldestWaitMs,
    starting: now.starting,
  };
}

function isAtRest({ pool, bounds, before }: Member): boolean {
  return before.outstanding === 0 && before.queued === 0 && pool.replicas === bounds.min;
}

function warn(pool: ScalablePool, error: unknown): void {
  process.emitWarning(`no more replicas of ${pool.name} could be started: ${messageOf(error)}`, { code: 'FLOWSERVE_SCALING' });
}
