/** Each bin is this much wider than the last: what is read off is right to a twentieth. */
const RATIO = 1.1;
const LEAST_MS = 0.01;
/** Up to about an hour. */
const BINS = 208;
/** How many calls are remembered: each counts 1/e after so many more. */
const MEMORY = 4000;
/** Weights grow instead of all others shrinking; before they lose digits all are scaled. */
const HEAVY = 1e12;

/** The upper edge of a bin. */
function edgeMs(bin: number): number {
  return LEAST_MS * RATIO ** bin;
}

function binOf(ms: number): number {
  return Math.min(BINS - 1, Math.max(0, Math.ceil(Math.log(ms / LEAST_MS) / Math.log(RATIO))));
}

/**
 * How long calls run, learned while they do; what was long ago counts less. Calls that were cut off are known to take longer than they had
 * run: leaving them out, or counting them as done, would make a stage that is raced look faster the more it is raced.
 * Source: Kaplan and Meier (1958), over a logarithmic histogram.
 */
export class RunTimes {
  readonly #done = new Float64Array(BINS);
  readonly #cutOff = new Float64Array(BINS);
  #weight = 1;
  #calls = 0;

  /** How many calls were done. */
  get calls(): number {
    return this.#calls;
  }

  /** A call was done after so long. */
  done(ms: number): void {
    this.#calls++;
    this.#add(this.#done, ms);
  }

  /** A call was ended after so long, and would have gone on. */
  cutOff(ms: number): void {
    this.#add(this.#cutOff, ms);
  }

  /** The least time, of the edges of bins, by which all but this share of calls are done; infinite where so few have never been seen done. */
  exceededBy(share: number): number {
    let atRisk = this.#total();
    let survival = 1;
    for (let bin = 0; bin < BINS && atRisk > 0; bin++) {
      const done = this.#done[bin] ?? 0;
      survival *= 1 - done / atRisk;
      if (survival <= share + TINY) return edgeMs(bin);
      atRisk -= done + (this.#cutOff[bin] ?? 0);
    }
    return Number.POSITIVE_INFINITY;
  }

  /** How long a call takes on average that has run so long and is not done, as far as any has been seen. */
  meanBeyond(ms: number): number {
    const first = binOf(ms) + 1;
    let atRisk = this.#total();
    let survival = 1;
    let meanMs = ms;
    for (let bin = 0; bin < BINS && atRisk > TINY * this.#weight; bin++) {
      const done = this.#done[bin] ?? 0;
      if (bin >= first) {
        meanMs += survival * (edgeMs(bin) - edgeMs(bin - 1));
        survival *= 1 - done / atRisk;
      }
      atRisk -= done + (this.#cutOff[bin] ?? 0);
    }
    return meanMs;
  }

  #add(bins: Float64Array, ms: number): void {
    const bin = binOf(ms);
    bins[bin] = (bins[bin] ?? 0) + this.#weight;
    this.#weight *= 1 + 1 / MEMORY;
    if (this.#weight > HEAVY) this.#scale(1 / this.#weight);
  }

  #scale(by: number): void {
    for (const bins of [this.#done, this.#cutOff]) for (let bin = 0; bin < BINS; bin++) bins[bin] = (bins[bin] ?? 0) * by;
    this.#weight *= by;
  }

  #total(): number {
    let total = 0;
    for (let bin = 0; bin < BINS; bin++) total += (this.#done[bin] ?? 0) + (this.#cutOff[bin] ?? 0);
    return total;
  }
}

/** What rounding leaves of nothing. */
const TINY = 1e-9;
