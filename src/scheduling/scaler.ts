import { type Arrivals, leastRate, mostRate, noArrivals, recentRate, withArrivals } from './arrival-rate.ts';
import { meanWaitMs } from './queue-wait.ts';
import { greatest, type TrailingMaximum, trailingMaximum, withNumber } from './trailing-maximum.ts';

/** What a task may be scaled to, and what for. */
export interface ScalerSettings {
  readonly floor: number;
  readonly ceiling: number;
  /** How long a call should take at most, waiting included; Infinity where nobody said. */
  readonly targetMs: number;
  /** How long fewer replicas must have been enough before one is given back, or longer where calls take long. */
  readonly downAfterMs: number;
}

/** What has happened to a task since it was last measured, and how it stands now. */
export interface LoadMeasurement {
  /** Calls that came. */
  readonly arrived: number;
  /** Calls that were done. */
  readonly served: number;
  /** How long replicas had something to do, all together: a replica with two calls at a time counts once. */
  readonly busyMs: number;
  /** Calls that wait now because no replica is free. */
  readonly queued: number;
  /** How long the first of them has waited. */
  readonly oldestWaitMs: number;
  /** Replicas that are being started. */
  readonly starting: number;
}

/** What the scaler remembers of a task: plain numbers. */
export interface ScalerState {
  readonly atMs: number;
  readonly replicas: number;
  readonly arrivals: Arrivals;
  /** Decayed sums, whose ratio is how long one call keeps a replica. */
  readonly busyMs: number;
  readonly served: number;
  /** How long the calls under way have kept their replicas: not among the sums before they are done. */
  readonly pendingMs: number;
  /** How many were needed lately. */
  readonly needed: TrailingMaximum;
  readonly steppedDownAtMs: number;
  /** The last step down: from how many, and under which load. */
  readonly steppedFrom: Level;
  /** A number that had to be taken back after it was given up: not given up again under the same load. */
  readonly regret: Level;
}

/** So many replicas for a load, which is how many of them are busy on average. */
interface Level {
  readonly replicas: number;
  readonly load: number;
}
const NO_LEVEL: Level = { replicas: 0, load: 0 };

export interface ScalerDecision {
  readonly replicas: number;
  readonly state: ScalerState;
}

/** The share of their time for which replicas are meant to be busy. Between the other two the number stays, so that it settles. */
const USE = 0.75;
const MOST_USE = 0.8;
const LEAST_USE = 0.65;
/** A queue is to be gone after this long, or after two calls where these are longer. */
const DRAIN_MS = 400;
/** A call that waits shorter than this is no reason to start a replica, which itself takes longer. */
const PATIENCE_MS = 75;
/** The share of the time that calls may wait after which replicas are started, so that these are there before it is over. */
const EARLY = 1 / 4;
/** Where nobody said how long a call may take, it may wait for two others. */
const USUAL_WAIT = 2;
/** One step down a second, of one replica or a fiftieth of them. */
const STEP_DOWN_MS = 1000;
const STEP_DOWN = 0.02;
/** Fewer replicas must have been enough for as long as this many calls take: of those under way the quickest are known first. */
const DOWN_AFTER_CALLS = 3;
/** How long the time of a call is remembered. */
const SERVICE_SPAN_MS = 20_000;
/** Few calls wait longer than this many times the mean. */
const TAIL = 4;

export function startScaling(replicas: number, nowMs: number): ScalerState {
  return {
    atMs: nowMs,
    replicas,
    arrivals: noArrivals,
    busyMs: 0,
    served: 0,
    pendingMs: 0,
    needed: withNumber(trailingMaximum(nowMs), replicas, nowMs, 1),
    steppedDownAtMs: Number.NEGATIVE_INFINITY,
    steppedFrom: NO_LEVEL,
    regret: NO_LEVEL,
  };
}

/**
 * How many replicas a task should have, from what was measured of it. Up at once where the rate needs it or calls wait for too long,
 * straight to what serves the rate at three quarters of their time and is done with the queue in a fraction of a second; down slowly, to
 * the most that was needed within `downAfterMs`, step by step, and never while calls wait.
 */
export function scale(given: ScalerSettings, before: ScalerState, measured: LoadMeasurement, nowMs: number): ScalerDecision {
  const sinceMs = Math.max(0, nowMs - before.atMs);
  const busy = sinceMs > 0 ? measured.busyMs / sinceMs : 0;
  const seen = observe(before, measured, { nowMs, sinceMs, busy });
  const serviceMs = seen.served > 0 ? seen.busyMs / seen.served : seen.pendingMs / Math.max(1, busy);
  const settings = { ...given, downAfterMs: Math.max(given.downAfterMs, DOWN_AFTER_CALLS * serviceMs) };
  const waitMs = bearableWaitMs(settings, serviceMs);
  const waitsTooLong = measured.queued > 0 && longestWaitMs(settings, seen, measured, serviceMs) >= alarmingWaitMs(settings, waitMs);
  const up = neededNow(seen, measured, waitsTooLong, { serviceMs, waitMs });
  const load = mostRate(seen.arrivals, serviceMs) * serviceMs;
  const lasting = Math.max(up, enough(load, LEAST_USE, serviceMs, waitMs));
  const needed = withNumber(seen.needed, clamp(lasting, settings), nowMs, settings.downAfterMs);
  const state = { ...seen, needed };
  if (up > seen.replicas || seen.replicas < settings.floor) return goUp(settings, state, Math.max(up, settings.floor), load, nowMs);
  return goDown(settings, state, { queued: measured.queued, busy, load }, nowMs);
}

/** The share of `wanted` that the machine has: what could not be given is not counted as given. */
export function granted(state: ScalerState, replicas: number): ScalerState {
  return replicas === state.replicas ? state : { ...state, replicas };
}

interface Tick {
  readonly nowMs: number;
  readonly sinceMs: number;
  /** How many replicas were busy since then, on average. */
  readonly busy: number;
}

function observe(before: ScalerState, { arrived, served, busyMs }: LoadMeasurement, { nowMs, sinceMs, busy }: Tick): ScalerState {
  // While nothing runs nothing is learned, and nothing forgotten.
  const kept = busyMs > 0 || served > 0 ? Math.exp(-sinceMs / SERVICE_SPAN_MS) : 1;
  const pendingMs = before.pendingMs + busyMs;
  const doneMs = pendingMs * doneShare(served, busy);
  return {
    ...before,
    atMs: nowMs,
    arrivals: withArrivals(before.arrivals, arrived, sinceMs),
    busyMs: before.busyMs * kept + doneMs,
    served: before.served * kept + served,
    pendingMs: pendingMs - doneMs,
  };
}

/** Of the time that calls have taken the share of those that are done, each taken for one of all: in the long run that is right. */
function doneShare(served: number, busy: number): number {
  return busy === 0 ? 1 : served / (served + busy);
}

/**
 * How long the first call has waited; where a target is to be met, how long the last will at least: replicas take time to start, and when the first
 * has waited for too long it is late for those behind it.
 */
function longestWaitMs(
  { targetMs }: ScalerSettings,
  { replicas }: ScalerState,
  { queued, oldestWaitMs, starting }: LoadMeasurement,
  serviceMs: number,
): number {
  if (targetMs === Number.POSITIVE_INFINITY) return oldestWaitMs;
  return Math.max(oldestWaitMs, ((queued - 1) * serviceMs) / Math.max(1, replicas - starting));
}

/** How long calls may wait; 0 where no number of replicas can meet the target. */
function bearableWaitMs({ targetMs }: ScalerSettings, serviceMs: number): number {
  if (targetMs === Number.POSITIVE_INFINITY) return Math.max(PATIENCE_MS, USUAL_WAIT * serviceMs);
  return Math.max(0, targetMs - serviceMs);
}

/** Who waits for so long shows that there are too few replicas: where a target is to be met long before it is missed, since replicas take time to start. */
function alarmingWaitMs({ targetMs }: ScalerSettings, waitMs: number): number {
  return Math.max(PATIENCE_MS, Number.isFinite(targetMs) ? waitMs * EARLY : waitMs);
}

/** What has to be there at once; 0 where the present number is enough. */
function neededNow(
  state: ScalerState,
  measured: LoadMeasurement,
  waitsTooLong: boolean,
  { serviceMs, waitMs }: { readonly serviceMs: number; readonly waitMs: number },
): number {
  const { replicas, arrivals } = state;
  if (!waitsTooLong) {
    const load = leastRate(arrivals, serviceMs) * serviceMs;
    return enough(load, MOST_USE, serviceMs, waitMs) <= replicas ? 0 : enough(load, USE, serviceMs, waitMs);
  }
  const load = Math.max(recentRate(arrivals, serviceMs), leastRate(arrivals, serviceMs)) * serviceMs;
  const needed = Math.ceil(load / USE + (measured.queued * serviceMs) / Math.max(DRAIN_MS, 2 * serviceMs));
  // Who waits for a replica that is being started needs no other.
  return measured.starting > 0 ? needed : Math.max(replicas + 1, needed);
}

/** The fewest replicas that are busy for at most a share of their time, and with which calls seldom wait longer than they may. */
function enough(load: number, use: number, serviceMs: number, waitMs: number): number {
  const fewest = Math.ceil(load / use - 1e-9);
  if (load === 0 || waitMs === 0) return fewest;
  const most = Math.ceil(load / LEAST_WORTHWHILE_USE);
  let replicas = Math.max(1, fewest);
  while (replicas < most && TAIL * meanWaitMs(load, replicas, serviceMs) > waitMs) replicas++;
  return replicas;
}
/** Where replicas busy for less than this do not help, more of them do not either. */
const LEAST_WORTHWHILE_USE = 0.25;

function goUp(settings: ScalerSettings, state: ScalerState, wanted: number, load: number, nowMs: number): ScalerDecision {
  const replicas = clamp(wanted, settings);
  const { steppedFrom, steppedDownAtMs } = state;
  const wasTooFew = replicas > state.replicas && nowMs - steppedDownAtMs < 2 * settings.downAfterMs && load * SAME_LOAD <= steppedFrom.load;
  return { replicas, state: { ...state, replicas, regret: wasTooFew ? steppedFrom : state.regret } };
}

interface Now {
  readonly queued: number;
  /** How many replicas were busy just now. */
  readonly busy: number;
  readonly load: number;
}

/** Never to fewer than were busy just now: of calls that take minutes the quickest are known first, and would make the others seem as quick. */
function goDown(settings: ScalerSettings, state: ScalerState, { queued, busy, load }: Now, nowMs: number): ScalerDecision {
  const { replicas, regret, needed, steppedDownAtMs, arrivals } = state;
  const held = load >= regret.load * SAME_LOAD ? regret.replicas : 0;
  const lowest = clamp(Math.max(held, greatest(needed), Math.ceil(busy - 1e-9)), settings);
  const mayStep = queued === 0 && nowMs - steppedDownAtMs >= STEP_DOWN_MS && arrivals.knownMs >= settings.downAfterMs;
  if (lowest >= replicas || !mayStep) {
    const kept = clamp(replicas, settings);
    return { replicas: kept, state: { ...state, replicas: kept } };
  }
  const fewer = Math.max(lowest, replicas - Math.ceil(replicas * STEP_DOWN));
  const steppedFrom = { replicas, load };
  return { replicas: fewer, state: { ...state, replicas: fewer, steppedDownAtMs: nowMs, steppedFrom } };
}
const SAME_LOAD = 0.7;

function clamp(replicas: number, { floor, ceiling }: ScalerSettings): number {
  return Math.max(floor, Math.min(ceiling, replicas));
}
