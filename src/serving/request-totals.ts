/** Sums over the requests of a deployment since its start; times are from admission to the answer. */
export interface RequestTotals {
  readonly succeeded: number;
  readonly succeededMs: number;
  /** Of the requests that succeeded: rows they brought. */
  readonly rows: number;
  readonly failed: number;
  /** Requests that were refused took no time. */
  readonly failedMs: number;
  /** When the last one was answered, in milliseconds since the epoch; 0 before. */
  readonly lastMs: number;
}
