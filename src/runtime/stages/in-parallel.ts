/** Calls `work` for 0 … length-1, at most `limit` at a time, until all are done or one has failed. */
export function inParallel(length: number, limit: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  let hasFailed = false;
  const lane = async (): Promise<void> => {
    while (next < length && !hasFailed) {
      try {
        await work(next++);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  return Promise.all(Array.from({ length: Math.min(limit, length) }, lane)).then(() => undefined);
}
