import { FlowError } from '../errors/flow-error.ts';

/** Why a copy of a call ends, or an alternative of an anyOf. One for all: nobody is told, and a stack trace costs more than many a stage. */
export const forestalled = new FlowError('REQUEST_CANCELLED', 'another copy of the call, or alternative of an anyOf, was there first');

/** Whether something ends because another was there first. */
export function isForestalled(reason: FlowError | undefined): boolean {
  return reason === forestalled;
}
