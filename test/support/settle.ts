/** Lets everything go on that waits for promises alone. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A promise that is settled from outside. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

export function defer<T = void>(): Deferred<T> {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((res, rej) => {
    resolve = res;
    reject = rej;
  });
  return { promise, resolve, reject };
}

/** What became of a promise: its value, its error, or still waiting. */
export async function outcomeOf<T>(promise: PromiseLike<T>): Promise<T | unknown> {
  const waiting = Symbol('waiting');
  return Promise.race([Promise.resolve(promise).catch((error: unknown) => error), settle().then(() => waiting)]).then((outcome) =>
    outcome === waiting ? 'waiting' : outcome,
  );
}

/** Runs `work` and gives the rejections that nobody heard of, which would end the process. */
export async function unhandledRejections(work: () => Promise<unknown>): Promise<readonly unknown[]> {
  const unheard: unknown[] = [];
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (error) => unheard.push(error));
  try {
    await work();
    await settle();
    await settle();
  } finally {
    process.removeAllListeners('unhandledRejection');
    for (const listener of others) process.on('unhandledRejection', listener);
  }
  return unheard;
}
