import { type Code, codes } from '../../errors/codes.ts';
import { FlowError, isFlowError } from '../../errors/flow-error.ts';

/** The hints of the table speak to clients of a server; there is none here, and no log. */
const HINTS: { readonly [C in Code]?: string } = {
  BODY_INVALID: 'The input is JSON: {"rows":[{…}]}, an array of rows, or one row; flowserve explain FILE prints the columns.',
  ROW_INVALID: 'Compare the input with the columns of Input in flowserve explain FILE.',
  JSON_TOO_DEEP: 'Make the JSON flatter.',
  STAGE_FAILED: 'Correct the stage, or the input if it is the reason.',
  DEADLINE_EXCEEDED: 'Allow more time with --timeout-ms.',
  REPLICA_CRASHED: 'Look for what ends the worker: process.exit, an error outside any request, memory.',
};

/** The error of a request that a command made of a file, with a hint for whoever gave the command. */
export function withHintForFiles(error: unknown): unknown {
  // A hint that is not the table's knows better.
  if (!isFlowError(error) || error.hint !== codes[error.code].hint) return error;
  return new FlowError(error.code, error.problem, { cause: error.cause, hint: HINTS[error.code] });
}
