import { FlowError } from '../errors/flow-error.ts';
import type { Implementation, StageSpec } from '../plan/stage.ts';
import { describeValue, type Schema, schemaOf } from '../schema/column.ts';
import { misfit } from '../schema/fit.ts';
import { type Draft, registerStage, stageInPlace } from './draft.ts';

/** What a verb takes: the kind of stage, and the shape of a function in place. */
interface Wanted {
  readonly verb: string;
  readonly kind: 'stage' | 'expander';
  readonly inPlace: 'row' | 'expand';
}

/** A verb's stage: one that was defined, or a function in place with its output columns. */
export function stageArgument(draft: Draft, flow: Schema, { verb, kind, inPlace }: Wanted, args: readonly unknown[]): StageSpec {
  const [first, run] = args;
  if (args.length < 2) return registerStage(draft, definedStage(flow, verb, kind, first));
  if (typeof run !== 'function') {
    throw new FlowError('STAGE_INVALID', `${verb}: the second argument must be a function but is ${describeValue(run)}`);
  }
  const output = schemaOf(first, `${verb}: output`);
  // The signature of the verb says which shape the function has.
  return stageInPlace(draft, verb, { kind: inPlace, run } as Implementation, flow, output);
}

function definedStage(flow: Schema, verb: string, kind: 'stage' | 'expander', value: unknown): StageSpec {
  if (!isStage(value)) {
    throw new FlowError('STAGE_INVALID', `${verb}: give a stage, or output columns and a function, not ${describeValue(value)}`);
  }
  if (value.kind !== kind) {
    const fit = kind === 'stage' ? 'an expander goes into flatMap' : 'a stage goes into map or derive';
    throw new FlowError('STAGE_INVALID', `${verb}: ${fit}, and "${value.name}" is one`, {
      hint: kind === 'stage' ? 'Call flatMap, or make it with stage.' : 'Call map or derive, or make it with expander.',
    });
  }
  const problem = misfit(flow, value.input);
  if (problem !== null) throw new FlowError(problem.code, `${verb}: ${problem.problem}`);
  return value;
}

function isStage(value: unknown): value is StageSpec & { readonly kind: 'stage' | 'expander' } {
  return typeof value === 'object' && value !== null && 'implementation' in value && 'kind' in value;
}
