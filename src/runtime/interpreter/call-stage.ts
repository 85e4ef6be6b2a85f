import { FlowError, isFlowError, messageOf } from '../../errors/flow-error.ts';
import type { BatchFunction, StageContext, StageSpec } from '../../plan/stage.ts';
import type { AnyRow } from '../../schema/column.ts';
import { systemClock } from '../clock.ts';
import type { StageMeter } from '../counters.ts';
import { RequestScope } from '../request-scope.ts';
import { batchOf } from '../stages/batch-stage.ts';
import { takeAll } from '../stages/expander-stage.ts';
import { groupCheck } from '../stages/group-stage.ts';
import type { LoadedStage } from '../stages/load-stage.ts';
import { checkVerdict } from '../stages/predicate-stage.ts';
import { withReadOnlyRows } from '../stages/read-only-rows.ts';
import { outputCheck, outputRowsCheck } from '../stages/stage-runner.ts';
import type { CallStage } from './interpret-stages.ts';

/**
 * Calls loaded stages as their users wrote them, row after row, with nothing of the runtime between: what the interpreter calls.
 * Rows are read-only, and what a stage returns is compared with its columns. Its `timeoutMs` is not kept.
 * Errors: those of stages, as the runtime gives them.
 */
export function stageCaller(loaded: ReadonlyMap<string, LoadedStage>): CallStage {
  return async ({ name }, rows) => {
    const stage = loaded.get(name);
    if (stage === undefined) throw new RangeError(`the stage "${name}" is not loaded`);
    try {
      return await callLoaded(stage, rows);
    } catch (cause) {
      if (isFlowError(cause)) throw cause;
      throw new FlowError('STAGE_FAILED', `stage "${name}" failed: ${messageOf(cause)}`, {
        cause,
        hint: 'Correct the stage, or the rows if they are the reason; the cause of this error has the stack.',
      });
    }
  };
}

async function callLoaded({ spec, state, builtIn }: LoadedStage, rows: readonly AnyRow[]): Promise<readonly (readonly AnyRow[])[]> {
  const context: StageContext = { state, signal: new AbortController().signal, deadlineMs: Number.POSITIVE_INFINITY };
  const stage = withReadOnlyRows(spec);
  const { implementation } = stage;
  const checked = outputCheck(stage);
  switch (implementation.kind) {
    case 'row':
      return oneAfterAnother(rows, async (row) => [checked(await implementation.run(row, context))]);
    case 'batch':
      return (await inBatches(stage, implementation.run, rows, context)).map((row) => [row]);
    case 'expand':
      return oneAfterAnother(rows, async (row) => {
        const made = await takeAll(stage.name, implementation.run(row, context), () => {});
        return outputRowsCheck(stage)(made);
      });
    case 'predicate':
      return rows.map((row) => (checkVerdict(stage, implementation.test(row)) ? [row] : []));
    case 'group':
      return groupCheck(stage)(rows.length, await implementation.run(rows)).map((row) => [row]);
    case 'groupPredicate': {
      const isKept = checkVerdict(stage, implementation.test(rows));
      return rows.map((row) => (isKept ? [row] : []));
    }
    case 'onnx':
    case 'python':
    case 'remote': {
      const run = builtIn?.runner({ spec, state, clock: systemClock, meter: NO_METER });
      return (await (run?.(rows, new RequestScope()) ?? [])).map((row) => [row]);
    }
  }
}

const NO_METER: StageMeter = {
  called() {},
  failed() {},
  blocked() {},
  sent() {},
  waited() {},
  raced() {},
  extra() {},
  uncancelled() {},
};

async function oneAfterAnother<T>(rows: readonly AnyRow[], call: (row: AnyRow) => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  for (const row of rows) results.push(await call(row));
  return results;
}

async function inBatches(spec: StageSpec, run: BatchFunction, rows: readonly AnyRow[], context: StageContext): Promise<readonly AnyRow[]> {
  const checked = outputRowsCheck(spec);
  const results: AnyRow[] = [];
  for (let i = 0; i < rows.length; i += spec.maxBatch) {
    const batch = rows.slice(i, i + spec.maxBatch);
    results.push(...checked(batchOf(spec, batch.length, await run(batch, context))));
  }
  return results;
}
