import type { StageSpec } from '../../plan/stage.ts';
import type { AnyRow, Schema } from '../../schema/column.ts';
import { rebuilt } from '../operators/select.ts';
import { narrowing } from '../row-builder.ts';
import { batchStage } from './batch-stage.ts';
import { type ExpandRunner, expanderStage } from './expander-stage.ts';
import { type GroupPredicateRunner, groupPredicateStage } from './group-predicate-stage.ts';
import { type GroupRunner, groupStage } from './group-stage.ts';
import type { LoadedStage } from './load-stage.ts';
import { type PredicateRunner, predicateStage } from './predicate-stage.ts';
import { type RowsRunner, rowStage } from './row-stage.ts';
import type { StageEnvironment } from './stage-runner.ts';

/** A loaded stage ready to be called, by what a call gives. */
export type Runner = { readonly spec: StageSpec } & (
  | { readonly kind: 'rows'; readonly run: RowsRunner }
  | { readonly kind: 'expand'; readonly run: ExpandRunner }
  | { readonly kind: 'predicate'; readonly run: PredicateRunner }
  | { readonly kind: 'group'; readonly run: GroupRunner }
  | { readonly kind: 'groupPredicate'; readonly run: GroupPredicateRunner }
);

export function createRunner({ spec, builtIn }: LoadedStage, environment: StageEnvironment): Runner {
  const { implementation } = spec;
  switch (implementation.kind) {
    case 'row':
      return { spec, kind: 'rows', run: rowStage(environment, implementation.run) };
    case 'batch':
      return { spec, kind: 'rows', run: batchStage(environment, implementation.run) };
    case 'expand':
      return { spec, kind: 'expand', run: expanderStage(environment, implementation.run) };
    case 'predicate':
      return { spec, kind: 'predicate', run: predicateStage(environment, implementation.test) };
    case 'group':
      return { spec, kind: 'group', run: groupStage(environment, implementation.run) };
    case 'groupPredicate':
      return { spec, kind: 'groupPredicate', run: groupPredicateStage(environment, implementation.test) };
    case 'onnx':
    case 'python':
    case 'remote':
      if (builtIn === undefined) throw new RangeError(`the stage "${spec.name}" is not loaded`);
      return { spec, kind: 'rows', run: builtIn.runner(environment) };
  }
}

/** Gives a stage only the columns it names, so that it cannot come to depend on others; null where it names all and is given the rows. */
export function projection(input: Schema, flow: Schema): ((rows: readonly AnyRow[]) => readonly AnyRow[]) | null {
  const build = narrowing(flow, input);
  return build === null ? null : (rows) => rebuilt(rows, build);
}
