import { FlowError } from '../../errors/flow-error.ts';
import type { BatchFunction, StageSpec } from '../../plan/stage.ts';
import { type AnyRow, describeValue } from '../../schema/column.ts';
import { isPromise } from '../maybe.ts';
import { deadlineError } from '../request-scope.ts';
import { type BatchCall, Batcher } from './batcher.ts';
import type { Gathering } from './gathering.ts';
import { racedFunction } from './raced-call.ts';
import type { RowsRunner } from './row-stage.ts';
import { bounded, contextOf, outputRowsCheck, type StageEnvironment, stageFailure, startOf } from './stage-runner.ts';

/** A batch stage: rows that wait at the same time share a call, whichever requests they belong to. */
export function batchStage(environment: StageEnvironment, once: BatchFunction): RowsRunner {
  const { spec } = environment;
  const run = racedFunction(environment, once, (rows) => rows.length);
  const checked = outputRowsCheck(spec);
  const checkBatch = (given: number, results: unknown): readonly AnyRow[] => checked(batchOf(spec, given, results));
  const call: BatchCall = (rows, scope) => {
    const results = run(rows, contextOf(environment, scope));
    if (!isPromise(results)) return checkBatch(rows.length, results);
    return bounded(environment, results, scope).then((later) => checkBatch(rows.length, later));
  };
  // One that runs anywhere may wait for something else than the thread.
  return batched(environment, { call, maxBatch: spec.maxBatch, computes: spec.runsOn === 'thread' });
}

interface Batching {
  readonly call: BatchCall;
  /** Rows with different keys never share a call; undefined: all may. */
  readonly keyOf?: (row: AnyRow) => string;
  readonly maxBatch: number;
  /** How many calls may be under way at a time (default 1). */
  readonly concurrency?: number | undefined;
  /** How many of these compute at a time (default all). */
  readonly servers?: number | undefined;
  /** Who is to know of what waits for a call. */
  readonly gathering?: Gathering | undefined;
  /** Whether its calls keep the thread busy, and so take turns with those of others. */
  readonly computes?: boolean;
}

/** Runs calls of several rows through a batcher: what batch stages and built-in stages have in common. */
export function batched(environment: StageEnvironment, batching: Batching): RowsRunner {
  const { call, keyOf, maxBatch, computes = false } = batching;
  const { spec, clock, meter } = environment;
  const batcher = new Batcher({
    call: (rows, scope, timing) => {
      scope.trace?.batch(spec.name, rows.length);
      return call(rows, scope, timing);
    },
    maxBatch,
    // It may change.
    get concurrency() {
      return batching.concurrency;
    },
    get servers() {
      return batching.servers;
    },
    turns: computes ? environment.turns : undefined,
    keyOf,
    failure: (cause, scope) => stageFailure(spec.name, cause, scope),
    late: () => deadlineError(`stage "${spec.name}"`),
    mayRepeat: !spec.effects,
    clock,
    meter,
  });
  batching.gathering?.add(batcher);
  const { gathering } = batching;
  if (gathering === undefined) return (rows, scope) => batcher.run(rows, scope, startOf(environment, scope));
  return (rows, scope) => {
    const startMs = startOf(environment, scope);
    gathering.came(rows.length);
    return batcher.run(rows, scope, startMs);
  };
}

/** Throws OUTPUT_INVALID or BATCH_SIZE_CHANGED unless a function of several rows returned as many rows as it was given. */
export function batchOf(spec: StageSpec, given: number, results: unknown): readonly unknown[] {
  if (!Array.isArray(results)) {
    throw new FlowError('OUTPUT_INVALID', `stage "${spec.name}" must return an array of rows but returned ${describeValue(results)}`);
  }
  if (results.length !== given) {
    throw new FlowError('BATCH_SIZE_CHANGED', `stage "${spec.name}" was given ${given} rows but returned ${results.length}`);
  }
  return results;
}
