import { isFlowError } from '../../src/errors/flow-error.ts';
import { buildPlan, type FlowBuilder } from '../../src/language/builder.ts';
import type { PlanNode } from '../../src/plan/node.ts';
import { float32, int64, nullable, type Schema, schemaOf, tensor, text } from '../../src/schema/column.ts';

/** Columns of several kinds, one of which may be null. */
export const words: Schema = schemaOf({ label: text, score: nullable(float32), id: int64, pixels: tensor('FP32', [3]) }, 'words');

/** What a verb's builder makes of the input flow of a pipeline "words". */
export function planned(build: (rows: FlowBuilder) => unknown, input: Schema = words): PlanNode {
  return buildPlan('words', input, build, {}).output;
}

/** What is said of a mistake: code and sentence. */
export function mistake(build: (rows: FlowBuilder) => unknown, input?: Schema): string {
  try {
    planned(build, input);
  } catch (error) {
    if (isFlowError(error)) return error.message;
    throw error;
  }
  return 'accepted';
}
