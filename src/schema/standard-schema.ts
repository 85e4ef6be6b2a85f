import type { StandardSchemaV1 } from '@standard-schema/spec';
import { FlowError, messageOf } from '../errors/flow-error.ts';
import { shortName } from './json-value.ts';

/** What a Standard Schema makes of a value. Errors: COLUMN_INVALID when it answers asynchronously, or throws. */
export function validateNow(schema: StandardSchemaV1, value: unknown): StandardSchemaV1.Result<unknown> {
  let result: ReturnType<StandardSchemaV1['~standard']['validate']>;
  try {
    result = schema['~standard'].validate(value);
  } catch (cause) {
    throw new FlowError('COLUMN_INVALID', `the schema of a json column threw instead of answering: ${messageOf(cause)}`, { cause });
  }
  if (!(result instanceof Promise)) return result;
  // Its outcome is of no interest, but a rejection nobody hears of would end the process.
  result.catch(() => {});
  throw new FlowError('COLUMN_INVALID', 'the schema of a json column validates asynchronously', {
    hint: 'Give a schema that validates synchronously, and check the rest in a stage.',
  });
}

/** The first issue with the place it lies at, and how many more there are; never longer than two lines. */
export function printIssues(issues: readonly StandardSchemaV1.Issue[]): string {
  const [first] = issues;
  if (first === undefined) return 'no reason given';
  const path = (first.path ?? []).map((segment) => String(typeof segment === 'object' ? segment.key : segment)).join('.');
  const more = issues.length > 1 ? `, and ${issues.length - 1} more` : '';
  return `${messageOf(new Error(first.message)).slice(0, MAX_ISSUE)}${path === '' ? '' : ` at ${shortName(path)}`}${more}`;
}
const MAX_ISSUE = 200;
