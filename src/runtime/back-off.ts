const FIRST_MS = 100;
const MAX_MS = 10_000;

/** How long to wait before the next start: 0.1 s after the first failure, twice as long after each further one, at most 10 s. */
export function backOffMs(earlierFailures: number): number {
  return Math.min(MAX_MS, FIRST_MS * 2 ** earlierFailures);
}
