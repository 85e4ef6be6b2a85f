import type { Clock } from './clock.ts';
import { type Copy, Run } from './copy.ts';
import type { StageMeter } from './counters.ts';
import { isForestalled } from './forestalled.ts';
import { isPromise, type Maybe } from './maybe.ts';
import { UsedReplicas } from './pool/used-replicas.ts';
import type { RequestScope } from './request-scope.ts';

interface Counting {
  readonly clock: Clock;
  readonly meter: Pick<StageMeter, 'extra' | 'uncancelled'>;
  /** Hears when the call begins to be computed. */
  readonly onBegun?: (atMs: number) => void;
}

/** Makes a call that nobody races, which may belong to an alternative of an anyOf: where that loses, what it computes counts as extra work. */
export function inAlternative<T>({ clock, meter, onBegun }: Counting, scope: RequestScope, start: (call: Copy) => Maybe<T>): Maybe<T> {
  const onEnd = (ms: number): void => {
    if (isForestalled(scope.reason)) meter.extra(ms);
  };
  const call = new Run({ scope, used: new UsedReplicas(), clock, onBegun, onEnd });
  const made = start(call);
  if (!isPromise(made)) return made;
  const settled = (isDone: boolean): void => {
    const goesOn = call.settled(isDone);
    if (isForestalled(scope.reason) && (goesOn || isDone)) meter.uncancelled();
  };
  made.then(
    () => settled(true),
    () => settled(false),
  );
  return made;
}
