import type { LatencyModel } from './latency-model.ts';

/** Why a call was sent with the rows that it has. */
export type BatchReason = 'full' | 'deadline' | 'size' | 'idle';

/** A request, or what is left of one. */
export interface Waiting {
  /** How many rows of it wait. */
  readonly left: number;
  /** Infinity where it has none. */
  readonly deadlineMs: number;
}

export interface BatchSituation {
  /** In the order in which they are to be served. */
  readonly waiting: readonly Waiting[];
  readonly maxBatch: number;
  readonly nowMs: number;
  /** Requests per millisecond. */
  readonly arrivalRate: number;
  /** How many calls are computed at a time. */
  readonly servers: number;
}

export interface BatchChoice {
  readonly rows: number;
  readonly reason: BatchReason;
  /** When the call is expected to be done: requests whose deadline is earlier are passed over. */
  readonly doneMs: number;
}

/** What a plan costs: to serve all that wait by calls of one size. */
interface Outlook {
  readonly cost: number;
  /** Rows in its first call. */
  readonly first: number;
  readonly doneMs: number;
}

/** So many calls ahead are thought of; more that wait make the choice neither better nor quicker. */
const CALLS_AHEAD = 4;
/** Where requests come faster than they can be served, work costs this much more than where they do not; without a bound it would be without end. */
const LEAST_SLACK = 0.05;
/** Up to this load wasted time makes nobody late. */
const PLENTY = 0.8;
/** A request that is late costs as much as one that waits so many times as long as the longest of them may. */
const LATE = 10;
/** Where time is as scarce as can be, this part of what is gained by who is in time is lost by others who then are not. */
const GAINED_FROM_OTHERS = 0.9;
/** Fewer rows than wait must seem better by this part of what calls of one size deviate by: what only seems better is no better, and costs more calls. */
const DOUBT = 0.25;

/**
 * How many of the rows that wait go into one call, and why. What may start is started, so nothing waits when nothing is under way: the choice
 * is between one large call and several smaller ones after each other. Each size is judged by what all that wait would then cost: the sum of
 * their times, those who miss their deadlines, the delay of those who come meanwhile, which grows with the square of the work and with the
 * load, and, where time is scarce, what could have been served in the time that is wasted. Where a call costs the same for many rows as for
 * few that is as many as there are; where it costs as much for each, one.
 */
export function chooseBatch(situation: BatchSituation, model: LatencyModel): BatchChoice {
  const { waiting, maxBatch, nowMs } = situation;
  const total = rowsOf(waiting);
  const reasonOf = (rows: number, other: BatchReason): BatchReason => (rows === maxBatch ? 'full' : rows === total ? 'idle' : other);
  const most = Math.min(total, maxBatch);
  if (most === 1 || !isWorthAThought(most, model)) return { rows: most, reason: reasonOf(most, 'idle'), doneMs: nowMs };
  const prices = pricesOf(situation, total, model);
  const best = bestOf(situation, total, model, prices);
  if (best.first === 0) {
    // Nobody is expected to be in time, but may be: the first, alone.
    const rows = Math.min(waiting[0]?.left ?? 1, maxBatch);
    return { rows, reason: reasonOf(rows, 'deadline'), doneMs: nowMs };
  }
  const isShort = best.first < most;
  const calm = isShort && prices.late > 0 ? bestOf(situation, total, model, { ...prices, late: 0 }) : best;
  return { rows: best.first, reason: reasonOf(best.first, calm.first === best.first ? 'size' : 'deadline'), doneMs: best.doneMs };
}

/** To choose takes some microseconds: for calls that take hardly more, no choice is better than any. */
const WORTH_A_THOUGHT_MS = 0.1;

/** Whether what one saves by not calling with so many can be more than it costs to find out. */
export function isWorthAThought(rows: number, model: LatencyModel): boolean {
  return model.rememberedMs(rows) >= WORTH_A_THOUGHT_MS;
}

function rowsOf(waiting: readonly Waiting[]): number {
  let rows = 0;
  for (let i = 0; i < waiting.length; i++) rows += (waiting[i] as Waiting).left;
  return rows;
}

/** What is the same for all sizes that are compared. */
interface Prices {
  /** Of a request that is late; 0 where deadlines do not count. */
  readonly late: number;
  /** Of the square of the work. */
  readonly work: number;
  /** How sure it is that a request is late for each that could have been served in time that is wasted: 0 to 1. */
  readonly scarcity: number;
  /** Requests per millisecond that can be served at best. */
  readonly bestRate: number;
  readonly rowsEach: number;
  /** Rows that come per millisecond. */
  readonly rowRate: number;
  /** The size, of those that may be, at which a row costs least, for each number of rows that wait. */
  readonly bestSizes: readonly number[];
}

/** What serves the requests, and how many rows come per millisecond. */
interface Service extends Pick<BatchSituation, 'maxBatch' | 'servers'> {
  readonly rowRate: number;
}

/**
 * The least time that a request of so many rows is given to be served: what its calls hardly ever take less than, and where time is scarce, which
 * others could use, what they take on average.
 */
export function leastMsFor(rows: number, { maxBatch, servers, rowRate }: Service, model: LatencyModel): number {
  const most = Math.min(rows, maxBatch);
  const scarcity = scarcityAt(loadOf(rowRate, bestSizesUpTo(maxBatch, model)[maxBatch] as number, servers, model));
  const leastMs = model.leastMs(most);
  return Math.ceil(rows / maxBatch) * (leastMs + scarcity * (model.rememberedMs(most) - leastMs));
}

/** Of all servers, with calls of so many rows. */
function loadOf(rowRate: number, size: number, servers: number, model: LatencyModel): number {
  return (rowRate * model.expectedMs(size)) / (size * servers);
}

function scarcityAt(load: number): number {
  return Math.min(1, Math.max(0, (load - PLENTY) / (1 - PLENTY)));
}

function pricesOf({ waiting, maxBatch, nowMs, arrivalRate, servers }: BatchSituation, total: number, model: LatencyModel): Prices {
  let longest = 0;
  for (const { deadlineMs } of waiting) if (deadlineMs < Number.POSITIVE_INFINITY) longest = Math.max(longest, deadlineMs - nowMs);
  const rowRate = (arrivalRate * total) / waiting.length;
  const bestSizes = bestSizesUpTo(maxBatch, model);
  const best = bestSizes[maxBatch] as number;
  const load = loadOf(rowRate, best, servers, model);
  const scarcity = scarcityAt(load);
  const rowsEach = total / waiting.length;
  const bestRate = (best * servers) / (model.expectedMs(best) * rowsEach);
  return {
    late: LATE * longest,
    scarcity,
    bestRate,
    rowsEach,
    work: (arrivalRate * (longest > 0 ? 1 - scarcity : 1)) / (2 * Math.max(LEAST_SLACK, 1 - load)),
    rowRate,
    bestSizes,
  };
}

function bestSizesUpTo(maxBatch: number, model: LatencyModel): readonly number[] {
  const best = [1, 1];
  let least = model.expectedMs(1);
  for (let rows = 2; rows <= maxBatch; rows++) {
    best[rows] = best[rows - 1] as number;
    if (rows > model.horizon || (!isCandidate(rows) && rows < maxBatch)) continue;
    const perRow = model.expectedMs(rows) / rows;
    if (perRow > least * (1 - 1e-9)) continue;
    least = perRow;
    best[rows] = rows;
  }
  return best;
}

function bestOf(situation: BatchSituation, total: number, model: LatencyModel, prices: Prices): Outlook {
  const most = Math.min(total, situation.maxBatch, model.horizon);
  let best = outlookOf(situation, most, model, prices);
  // Where two cost the same, fewer calls are better: each costs something beside what the model knows.
  const better = 1 - 1e-9 - DOUBT * model.deviation;
  for (let rows = most - 1; rows > 0; rows--) {
    if (!isCandidate(rows)) continue;
    const outlook = outlookOf(situation, rows, model, prices);
    if (outlook.cost < best.cost * better) best = outlook;
  }
  return best;
}

/** Every size up to eight, then four to each doubling. */
function isCandidate(rows: number): boolean {
  return rows <= 8 || rows % 2 ** (29 - Math.clz32(rows - 1)) === 0;
}

/** First a call of so many rows, then calls of the size that is best for what is left and what has come by then. */
function outlookOf(situation: BatchSituation, rows: number, model: LatencyModel, prices: Prices): Outlook {
  const { waiting, maxBatch, nowMs, servers } = situation;
  const firstMs = model.expectedMs(rows);
  const left = Math.max(0, rowsOf(waiting) - rows);
  const next = prices.bestSizes[Math.min(maxBatch, Math.max(1, Math.round(left + (prices.rowRate * firstMs) / servers)))] as number;
  const nextMs = model.expectedMs(next);
  const horizon = CALLS_AHEAD * maxBatch;
  let [sent, lost, sumMs] = [0, 0, 0];
  for (let i = 0; i < waiting.length && sent < horizon; i++) {
    const { left, deadlineMs } = waiting[i] as Waiting;
    const later = Math.max(0, Math.ceil((sent + left - rows) / next));
    const afterMs = (later * nextMs) / servers;
    if (prices.late > 0 && deadlineMs < nowMs + firstMs + afterMs) {
      lost++;
      continue;
    }
    sent += left;
    sumMs += firstMs + afterMs;
  }
  const first = Math.min(sent, rows);
  const lessMs = first === rows || first === 0 ? 0 : firstMs - model.expectedMs(first);
  const workMs = (firstMs - lessMs + ((sent - first) * nextMs) / next) / servers;
  const wasted = prices.scarcity * Math.max(0, workMs * prices.bestRate - sent / prices.rowsEach);
  const cost =
    prices.late * (lost * (1 - GAINED_FROM_OTHERS * prices.scarcity) + wasted) + sumMs - lessMs * first + prices.work * workMs ** 2;
  return { cost, first, doneMs: prices.late > 0 ? nowMs + firstMs : nowMs };
}
