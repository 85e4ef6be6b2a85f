import type { Code } from './codes.ts';
import { FlowError, messageOf, toFlowError } from './flow-error.ts';

/** An error as plain data, for another thread or process. */
export interface PortableError {
  readonly code: Code;
  readonly problem: string;
  readonly hint: string;
  readonly retryAfterMs: number | undefined;
  readonly cause: PortableCause | undefined;
}
interface PortableCause {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

/** Anything thrown. */
export function toPortable(error: unknown): PortableError {
  const { code, problem, hint, retryAfterMs, cause } = toFlowError(error);
  return { code, problem, hint, retryAfterMs, cause: cause === undefined ? undefined : portableCause(cause) };
}

export function fromPortable({ code, problem, hint, retryAfterMs, cause }: PortableError): FlowError {
  return new FlowError(code, problem, { hint, retryAfterMs, cause: cause === undefined ? undefined : revive(cause) });
}

function portableCause(cause: unknown): PortableCause {
  if (cause instanceof Error) return { name: cause.name, message: cause.message, stack: cause.stack };
  return { name: 'Error', message: messageOf(cause), stack: undefined };
}

function revive({ name, message, stack }: PortableCause): Error {
  const error = new Error(message);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}
