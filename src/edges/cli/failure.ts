import { isFlowError, messageOf } from '../../errors/flow-error.ts';

/** What went wrong in one line, and what to do in the next. */
export function printFailure(error: unknown): string {
  if (!isFlowError(error)) return `flowserve: ${messageOf(error)}`;
  return `flowserve: [${error.code}] ${error.problem}\n  → ${error.hint}`;
}
