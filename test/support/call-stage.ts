import type { StageContext, StageSpec } from '../../src/plan/stage.ts';
import type { CallStage } from '../../src/runtime/interpreter/interpret.ts';
import type { AnyRow } from '../../src/schema/column.ts';

/** Calls a stage's function as its user wrote it, without anything of the runtime: for the interpreter. */
export const callStage: CallStage = async (stage, rows) => {
  const { implementation } = stage;
  switch (implementation.kind) {
    case 'row':
      return Promise.all(rows.map(async (row) => [await implementation.run(row, contextOf(stage))]));
    case 'batch':
      return (await implementation.run(rows, contextOf(stage))).map((row) => [row]);
    case 'expand':
      return Promise.all(rows.map(async (row) => takeAll(await implementation.run(row, contextOf(stage)))));
    case 'predicate':
      return rows.map((row) => (implementation.test(row) ? [row] : []));
    case 'group':
      return (await implementation.run(rows)).map((row) => [row]);
    case 'groupPredicate':
      return implementation.test(rows) ? rows.map((row) => [row]) : rows.map(() => []);
    case 'onnx':
      throw new TypeError(`the interpreter has no models: ${stage.name}`);
  }
};

async function takeAll(made: Iterable<AnyRow> | AsyncIterable<AnyRow>): Promise<readonly AnyRow[]> {
  const rows: AnyRow[] = [];
  for await (const row of made) rows.push(row);
  return rows;
}

function contextOf(stage: StageSpec): StageContext {
  if (stage.setup !== undefined) throw new TypeError(`the interpreter sets nothing up: ${stage.name}`);
  return { state: undefined, signal: new AbortController().signal, deadlineMs: Number.POSITIVE_INFINITY };
}
