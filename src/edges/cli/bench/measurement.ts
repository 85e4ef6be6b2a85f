import { percentile } from './percentile.ts';

/** What became of one request. */
export interface Outcome {
  /** When it was meant to be sent; where sending came late, the wait is part of its latency. */
  readonly intendedMs: number;
  readonly endMs: number;
  /** The code of its error; undefined where it was answered. */
  readonly code: string | undefined;
}

export interface Latencies {
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly 'p99.9': number;
  readonly max: number;
}

/** What was measured up to now. */
export interface Measured {
  readonly seconds: number;
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Of requests that were answered; null where none was. */
  readonly latencyMs: Latencies | null;
  readonly errors: Readonly<Record<string, number>>;
}

/** Collects the outcomes of requests that were meant to be sent after the warm-up. */
export class Measurement {
  readonly #fromMs: number;
  readonly #latencies: number[] = [];
  readonly #errors = new Map<string, number>();
  #lastMs: number;

  constructor(fromMs: number) {
    this.#fromMs = fromMs;
    this.#lastMs = fromMs;
  }

  readonly add = ({ intendedMs, endMs, code }: Outcome): void => {
    if (intendedMs < this.#fromMs) return;
    this.#lastMs = Math.max(this.#lastMs, endMs);
    if (code === undefined) this.#latencies.push(endMs - intendedMs);
    else this.#errors.set(code, (this.#errors.get(code) ?? 0) + 1);
  };

  /** Of latencies only the `latest`, since sorting all of them again and again would itself be a load. */
  take(latest = Number.POSITIVE_INFINITY): Measured {
    const seconds = (this.#lastMs - this.#fromMs) / 1000;
    const requests = this.#latencies.length;
    return {
      seconds,
      requests,
      requestsPerSecond: seconds === 0 ? 0 : requests / seconds,
      latencyMs: requests === 0 ? null : latenciesOf(this.#latencies.slice(-latest)),
      errors: Object.fromEntries([...this.#errors].sort(([, a], [, b]) => b - a)),
    };
  }
}

function latenciesOf(latencies: readonly number[]): Latencies {
  const ascending = Float64Array.from(latencies).sort();
  const at = (percent: number): number => percentile(ascending, percent);
  return { p50: at(50), p90: at(90), p95: at(95), p99: at(99), 'p99.9': at(99.9), max: at(100) };
}
