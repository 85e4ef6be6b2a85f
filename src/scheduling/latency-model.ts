import { type CostLine, lineThrough, msOn } from './cost-line.ts';
import { sizeClassOf } from './size-class.ts';

/** Means of about this many calls: enough to be still, few enough to follow what changes. */
const CALLS_REMEMBERED = 32;
/** A pause of the machine counts as this many times what was expected, so that it is no news; what is slower for good soon is. */
const OUTLIER = 4;
/** Up to here sizes are also known one by one: where the cost has steps, neighbours differ. */
const SIZES_KNOWN = 128;
/** What is known of a size's neighbours counts as this much of a call of its own, where calls of one size take the same time. */
const NEIGHBOURS_COUNT = 0.5;
/** Where they deviate by this part, as twice as much, and so on with its square: the luckiest size is not the best one. */
const STILL = 0.025;
/** A size that is known one by one is as good as forgotten after this many calls of others. */
const CALLS_UNTIL_FORGOTTEN = 512;
/** So many times that many where calls of one size differ: else their mean would, too. */
const MOST_MEMORY = 8;
/** A straight line through all sizes is mostly not further off than this: where calls differ by more, a line knows more than a few of them. */
const MISFIT = 0.05;
/** Sizes that are avoided are tried again when this many times what that would take has gone by: to look costs a part in a thousand. */
const RETRY_AFTER = 1000;

interface Known {
  calls: number;
  rows: number;
  ms: number;
  /** The largest size of it that was seen. */
  most: number;
  /** When it was learned last: by calls, and by the time spent in them. */
  atCall: number;
  atBusyMs: number;
}

/**
 * How long a call of so many rows takes, learned from calls. No shape is assumed, since accelerators have steps and image networks
 * grow slower with each row: means of classes of sizes (1, 2, 3–4, 5–8, …) with straight lines between them, and of single sizes where there are
 * enough calls of these. Of what it does not know, or has not seen for long, it thinks well, so that it is tried.
 */
export class LatencyModel {
  readonly #classes: (Known | undefined)[] = [];
  readonly #sizes: (Known | undefined)[] = [];
  #calls = 0;
  #busyMs = 0;
  /** Of a call from what was expected, as a part of that. */
  #deviation = 0;
  /** The same with its sign: near 0 where calls only differ, as large as the deviation where all of them have become slower or quicker. */
  #shift = 0;
  /** By all that it has ever seen, and by what is hoped; as long as nothing is learned. */
  #lines: { readonly remembered: CostLine | undefined; readonly hoped: CostLine | undefined } | undefined;

  learn(rows: number, ms: number): void {
    const number = sizeClassOf(rows);
    this.#calls++;
    this.#busyMs += ms;
    this.#lines = undefined;
    const known = this.#classes[number];
    if (known === undefined) this.#classes[number] = this.#firstOf(rows, ms);
    else this.#update(known, rows, ms);
    if (rows > SIZES_KNOWN) return;
    const own = this.#sizes[rows];
    if (own === undefined) this.#sizes[rows] = this.#firstOf(rows, ms);
    else this.#deviate(this.#update(own, rows, ms));
  }

  /** The most rows that it can say anything of: four times as many as it has seen, since sizes that are new are tried step by step. */
  get horizon(): number {
    return this.#calls === 0 ? Number.POSITIVE_INFINITY : 2 ** (this.#classes.length + 1);
  }

  /** By how much a call of a size that it knows differs from what is expected, on average and as a part of that. */
  get deviation(): number {
    return this.#deviation;
  }

  /** What a call is expected to take; the least that is thinkable where it does not know. */
  expectedMs(rows: number): number {
    return this.#estimate(rows, true);
  }

  /** The same by all that it has ever seen, however long ago. */
  rememberedMs(rows: number): number {
    return this.#estimate(rows, false);
  }

  /** What a call hardly ever takes less than. */
  leastMs(rows: number): number {
    return this.rememberedMs(rows) * Math.max(0.5, 1 - 2 * this.#deviation);
  }

  #firstOf(rows: number, ms: number): Known {
    return { calls: 1, rows, ms, most: rows, atCall: this.#calls, atBusyMs: this.#busyMs };
  }

  /** Gives how far a call is from what was known, as a part of that. */
  #update(known: Known, rows: number, ms: number): number {
    const before = known.ms;
    // The first calls of all are slow: what is not compiled yet, or not in a cache.
    if (known.calls < 4 && ms < before / 2 && rows >= known.rows / 2) known.calls = 0;
    known.calls = Math.min(known.calls + 1, this.#memory);
    const most = before * OUTLIER * Math.max(1, rows / known.rows);
    const seen = ms < most || known.calls === 1 ? ms : most;
    known.rows += (rows - known.rows) / known.calls;
    known.ms += (seen - before) / known.calls;
    known.most = Math.max(known.most, rows);
    known.atCall = this.#calls;
    known.atBusyMs = this.#busyMs;
    return before === 0 ? 0 : (seen - before) / before;
  }

  get #memory(): number {
    const byChance = Math.max(0, this.#deviation - Math.abs(this.#shift));
    return CALLS_REMEMBERED * Math.min(MOST_MEMORY, 1 + (byChance / STILL) ** 2);
  }

  /** As many calls as a line through all sizes counts as. */
  get #callsOfLine(): number {
    return (this.#deviation / MISFIT) ** 2;
  }

  #deviate(by: number): void {
    this.#deviation += (Math.abs(by) - this.#deviation) / CALLS_REMEMBERED;
    this.#shift += (by - this.#shift) / CALLS_REMEMBERED;
  }

  #estimate(rows: number, isHopeful: boolean): number {
    const between = this.#smoothed(rows, this.#between(rows, isHopeful), isHopeful);
    const own = this.#sizes[rows];
    if (own === undefined || (isHopeful && this.#isStale(sizeClassOf(rows)))) return between;
    const weight = own.calls * 2 ** ((-8 * (this.#calls - own.atCall)) / CALLS_UNTIL_FORGOTTEN);
    const others = NEIGHBOURS_COUNT * (1 + (this.#deviation / STILL) ** 2);
    return (weight * own.ms + others * between) / (weight + others);
  }

  /** What is known of a size by the classes next to it, and by all together. */
  #smoothed(rows: number, ms: number, isHopeful: boolean): number {
    const lineCalls = this.#callsOfLine;
    const line = lineCalls > 0 ? this.#line(isHopeful) : undefined;
    if (line === undefined) return ms;
    const calls = 1 + (this.#classes[sizeClassOf(rows)]?.calls ?? 0);
    return (calls * ms + lineCalls * msOn(line, rows)) / (calls + lineCalls);
  }

  #line(isHopeful: boolean): CostLine | undefined {
    this.#lines ??= { remembered: this.#lineOf(false), hoped: this.#lineOf(true) };
    return isHopeful ? this.#lines.hoped : this.#lines.remembered;
  }

  #lineOf(isHopeful: boolean): CostLine | undefined {
    const known = this.#classes.filter((one, number) => one !== undefined && !(isHopeful && this.#isStale(number))) as Known[];
    return lineThrough(known.map((one) => ({ rows: one.rows, ms: this.#msOf(one, isHopeful), calls: one.calls })));
  }

  /** By the classes next to it. */
  #between(rows: number, isHopeful: boolean): number {
    const number = sizeClassOf(rows);
    // Where there is a step inside a class, what lies behind it may be as cheap as its first.
    const known = isHopeful && this.#isKnown(number) ? this.#classes[number] : undefined;
    if (known !== undefined && rows > known.most) return this.#estimate(known.most, true);
    const below = this.#nearest(Math.min(number, this.#classes.length - 1), -1, rows, isHopeful);
    const above = this.#nearest(number, 1, rows, isHopeful);
    if (below === undefined) return above === undefined ? 0 : (this.#msOf(above, isHopeful) * rows) / above.rows;
    if (above === undefined) return this.#beyond(below, rows, isHopeful);
    const belowMs = this.#msOf(below, isHopeful);
    return belowMs + ((this.#msOf(above, isHopeful) - belowMs) * (rows - below.rows)) / (above.rows - below.rows);
  }

  /** Past the largest class as between it and the one below; by half as much where that is hoped and not known. */
  #beyond(largest: Known, rows: number, isHopeful: boolean): number {
    const below = this.#nearest(sizeClassOf(largest.rows) - 1, -1, largest.rows, isHopeful);
    const largestMs = this.#msOf(largest, isHopeful);
    const slope = below === undefined ? 0 : Math.max(0, (largestMs - this.#msOf(below, isHopeful)) / (largest.rows - below.rows));
    const perRow = Math.min(slope, largestMs / largest.rows);
    const isKnown = !isHopeful || this.#isKnown(sizeClassOf(rows));
    return largestMs + (isKnown ? perRow : perRow / 2) * (rows - largest.rows);
  }

  /** Where calls differ, a few may have been slow by chance: it is hoped that they were, by as much as their mean may be off. */
  #msOf({ ms, calls }: Known, isHopeful: boolean): number {
    return isHopeful ? ms * (1 - Math.min(0.5, this.#deviation / Math.sqrt(calls))) : ms;
  }

  #nearest(from: number, step: 1 | -1, rows: number, isHopeful: boolean): Known | undefined {
    for (let number = from; number >= 0 && number < this.#classes.length; number += step) {
      const known = this.#classes[number];
      if (known === undefined || (isHopeful && this.#isStale(number))) continue;
      if (step === -1 ? known.rows <= rows : known.rows > rows) return known;
    }
    return undefined;
  }

  #isKnown(number: number): boolean {
    return this.#classes[number] !== undefined && !this.#isStale(number);
  }

  #isStale(number: number): boolean {
    const known = this.#classes[number];
    if (known === undefined) return false;
    const trust = known.calls / (known.calls + this.#callsOfLine);
    return this.#busyMs - known.atBusyMs > RETRY_AFTER * trust * known.ms;
  }
}
