import type { Capacity } from '../../scheduling/race-choice.ts';
import type { AnyRow } from '../../schema/column.ts';
import type { Copy } from '../copy.ts';
import { inAlternative } from '../in-alternative.ts';
import type { Maybe } from '../maybe.ts';
import type { BatchCall } from './batcher.ts';
import { CallContext, contextOf, type StageEnvironment } from './stage-runner.ts';

/** The same function, each call of which is raced where its stage is. Each copy has a signal of its own. */
export function racedFunction<Given, Made>(
  environment: StageEnvironment,
  run: (given: Given, context: CallContext) => Maybe<Made>,
  rowsOf: (given: Given) => number = () => 1,
): (given: Given, context: CallContext) => Maybe<Made> {
  const { racer } = environment;
  if (racer === undefined) return run;
  return (given, context) => {
    const start = (copy: Copy): Maybe<Made> => {
      copy.begins();
      return run(given, contextOf(environment, copy.scope));
    };
    return racer.run(CallContext.scopeOf(context), start, { rows: rowsOf(given) });
  };
}

/** One run of a call of several rows somewhere else; it may go on waiting until it says that it begins. */
export type RemoteCall = (rows: readonly AnyRow[], copy: Copy) => Maybe<readonly AnyRow[]>;

/** A call that is computed elsewhere, raced where its stage is: of a batch, all of it. */
export function racedBatch(environment: StageEnvironment, call: RemoteCall, capacityNow: () => Capacity | null): BatchCall {
  const { racer, clock, meter } = environment;
  return (rows, scope, timing) => {
    const onBegun = (atMs: number): void => {
      timing.beganMs = atMs;
    };
    const start = (copy: Copy): Maybe<readonly AnyRow[]> => call(rows, copy);
    return racer === undefined
      ? inAlternative({ clock, meter, onBegun }, scope, start)
      : racer.run(scope, start, { rows: rows.length, capacityNow, onBegun });
  };
}
