/** A value now or later. Synchronous stages give values, and then nothing on their way makes a promise. */
export type Maybe<T> = T | PromiseLike<T>;

export function isPromise<T>(value: Maybe<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Continues with a value now if it is there, else when it comes. */
export function andThen<T, R>(value: Maybe<T>, next: (value: T) => Maybe<R>): Maybe<R> {
  return isPromise(value) ? value.then(next) : next(value);
}

/** The same where a failure need not be heard of: see `onceThere`. */
export function andThenQuietly<T, R>(value: Maybe<T>, next: (value: T) => Maybe<R>): Maybe<R> {
  const later = andThen(value, next);
  if (isPromise(later)) later.then(undefined, ignore);
  return later;
}

/** A failure that whoever waits for the value hears of, and that is nobody's business where nobody does. */
export function failing(error: unknown): PromiseLike<never> {
  const failure = Promise.reject(error);
  failure.catch(ignore);
  return failure;
}

/** Goes on at once when all values are there, else when the last one comes. */
export function onceThere<T, R>(values: readonly Maybe<T>[], next: (values: readonly T[]) => Maybe<R>): Maybe<R> {
  const later = areThere(values) ? next(values) : whenThere(values, next);
  // Whoever awaits the output hears of a failure; the same failure seen by another branch is not a second one, and a
  // branch that nobody awaits any more, since another failed first, has nobody to tell.
  if (isPromise(later)) later.then(undefined, ignore);
  return later;
}

function areThere<T>(values: readonly Maybe<T>[]): values is readonly T[] {
  for (let i = 0; i < values.length; i++) if (isPromise(values[i])) return false;
  return true;
}

/** For one value without the promises that Promise.all makes. */
function whenThere<T, R>(values: readonly Maybe<T>[], next: (values: readonly T[]) => Maybe<R>): PromiseLike<R> {
  const [only] = values;
  return values.length === 1 ? (only as PromiseLike<T>).then((value) => next([value])) : Promise.all(values).then(next);
}

function ignore(): void {}
