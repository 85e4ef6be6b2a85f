import { type Code, codes } from './codes.ts';

const BRAND = Symbol.for('flowserve.error');

interface FlowErrorOptions {
  readonly cause?: unknown;
  /** Replaces the hint of the table where the place of the error knows better. */
  readonly hint?: string | undefined;
  /** How long to wait before the request may succeed, for codes 429 and 503. */
  readonly retryAfterMs?: number | undefined;
}

/** An error that FlowServe gives on purpose: what was found, what would fit, and in `hint` what to do. */
export class FlowError extends Error {
  readonly code: Code;
  /** The message without its code. */
  readonly problem: string;
  readonly hint: string;
  readonly retryAfterMs: number | undefined;
  readonly [BRAND] = true;

  constructor(code: Code, problem: string, options: FlowErrorOptions = {}) {
    super(`[${code}] ${problem}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'FlowError';
    this.code = code;
    this.problem = problem;
    this.hint = options.hint ?? codes[code].hint;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Also true for an error of another copy of the package, which `instanceof` would not recognise. */
export function isFlowError(error: unknown): error is FlowError {
  return typeof error === 'object' && error !== null && BRAND in error;
}

/** Anything thrown; what is not a FlowError has escaped from FlowServe itself. */
export function toFlowError(error: unknown): FlowError {
  return isFlowError(error) ? error : new FlowError('INTERNAL', messageOf(error), { cause: error });
}

/** The message of anything that was thrown, in one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : safeString(error);
  return text.split('\n', 1)[0] ?? '';
}

/** Something thrown may refuse to be a string: a null-prototype object, or one whose toString throws. */
function safeString(value: unknown): string {
  try {
    return String(value);
  } catch {
    return 'a value that cannot be printed';
  }
}
