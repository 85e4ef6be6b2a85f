/** What is asked of a request that comes now. */
export interface Arrival {
  /** How many requests are under way already. */
  readonly ahead: number;
  /** Until when somebody waits for the answer. */
  readonly deadlineInMs: number;
  /** How long it should take at most, where its pipeline says: kept where that can be. */
  readonly targetMs: number | undefined;
}

/** What was thought of a request as it came. */
export interface Expectation {
  readonly ahead: number;
  /** Undefined where too little was known. */
  readonly expectedMs: number | undefined;
}

/** Why a request had better not come in. */
export interface Overload {
  readonly expectedMs: number;
  readonly allowedMs: number;
  /** When the line will be short enough, if nobody else comes. */
  readonly retryAfterMs: number;
}

/**
 * Judges whether a request that comes now can be answered in time: by a line fitted to how long requests took that found so many
 * others under way. Measured from outside it holds wherever a pipeline waits, for threads, processes, other servers and batches, and
 * while replicas come and go: near the point that matters, waiting grows with who is ahead. A pipeline that is idle refuses
 * nobody, nor does one of which too little is known; and now and then one is let in that would be refused, to see
 * whether things have become faster.
 */
export class Admission {
  readonly #line = new FadingLine(MEMORY);
  readonly #margin = new FadingQuantile(ON_TIME);
  #refusals = 0;

  /** Why this request had better not come in; undefined where it may. */
  overload({ ahead, deadlineInMs, targetMs }: Arrival): Overload | undefined {
    if (ahead === 0 || this.#line.samples < ENOUGH) return undefined;
    const expectedMs = this.#line.at(ahead) + this.#margin.value;
    const allowedMs = Math.min(deadlineInMs, targetMs === undefined ? Number.POSITIVE_INFINITY : this.#attainable(targetMs));
    if (expectedMs <= allowedMs) return undefined;
    this.#refusals++;
    if (this.#refusals % PROBE_EVERY === 0) return undefined;
    return { expectedMs, allowedMs, retryAfterMs: expectedMs - allowedMs };
  }

  /** How long a request that finds so many under way is expected to take. */
  expectation(ahead: number): Expectation {
    return { ahead, expectedMs: this.#line.samples < ENOUGH ? undefined : this.#line.at(ahead) };
  }

  /** Learns how long one took, and so how wrong was what had been expected as it came: much may have changed while it waited. */
  answered({ ahead, expectedMs }: Expectation, tookMs: number): void {
    if (expectedMs !== undefined) this.#margin.add(tookMs - expectedMs);
    this.#line.add(ahead, tookMs);
  }

  /** Learns that one was not done by its deadline: it would have taken longer than it had, but nobody knows how much. */
  late(expectation: Expectation, tookMs: number): void {
    this.answered(expectation, Math.max(tookMs, this.#line.at(expectation.ahead)));
  }

  /** A target shorter than what an idle pipeline takes cannot be met by refusing: so that replicas are used, one may wait for another. */
  #attainable(targetMs: number): number {
    return Math.max(targetMs, 2 * this.#line.at(0));
  }
}

/** Requests whose experience counts: as many as tell a trend from chance. */
const MEMORY = 64;
/** Requests before anything is refused. */
const ENOUGH = 16;
/** The share of those let in that shall be on time. With 0.98 lines were kept so short in the simulator that batches stayed small, and with them what can be done. */
const ON_TIME = 0.95;
/** One in so many that would be refused is let in: at three times the capacity it costs 3 % of it at most. */
const PROBE_EVERY = 64;

/**
 * A line y = base + slope · x by least squares, of which older points fade. Neither is below zero, and the slope is not above the base: who is ahead costs at
 * most what a request takes that is alone. With the points of an idle time alone the base falls, and so the slope cannot stay.
 */
class FadingLine {
  readonly #fade: number;
  samples = 0;
  #weight = 0;
  #x = 0;
  #y = 0;
  #xx = 0;
  #xy = 0;
  #base = 0;
  #slope = 0;

  constructor(memory: number) {
    this.#fade = 1 - 1 / memory;
  }

  at(x: number): number {
    return this.#base + this.#slope * x;
  }

  add(x: number, y: number): void {
    const fade = this.#fade;
    this.samples++;
    this.#weight = this.#weight * fade + 1;
    this.#x = this.#x * fade + x;
    this.#y = this.#y * fade + y;
    this.#xx = this.#xx * fade + x * x;
    this.#xy = this.#xy * fade + x * y;
    this.#fit();
  }

  #fit(): void {
    const spread = this.#xx * this.#weight - this.#x * this.#x;
    const slope = spread > 0 ? (this.#xy * this.#weight - this.#x * this.#y) / spread : 0;
    const base = (this.#y - slope * this.#x) / this.#weight;
    if (slope <= 0) [this.#base, this.#slope] = [this.#y / this.#weight, 0];
    else if (slope <= base) [this.#base, this.#slope] = [base, slope];
    else this.#fitProportional();
  }

  /** The nearest line whose slope is its base: y = base · (1 + x). */
  #fitProportional(): void {
    const base = (this.#y + this.#xy) / (this.#weight + 2 * this.#x + this.#xx);
    [this.#base, this.#slope] = [base, base];
  }
}

/** A value below which a share of numbers lies, by small steps in proportion to how they scatter. */
class FadingQuantile {
  readonly #share: number;
  value = 0;
  #scatter = 0;

  constructor(share: number) {
    this.#share = share;
  }

  add(x: number): void {
    this.#scatter += (Math.abs(x) - this.#scatter) / MEMORY;
    this.value += STEP * this.#scatter * (x > this.value ? this.#share : this.#share - 1);
    this.value = Math.max(0, this.value);
  }
}
/** In the simulator larger ones swung, since what is learned of a request comes a whole line later. */
const STEP = 0.2;
