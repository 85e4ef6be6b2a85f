import { FlowError } from '../../errors/flow-error.ts';
import { describeValue } from '../../schema/column.ts';

/** What a request may cost the server before any stage sees it. Every limit has a default and an error that names it. */
export interface HttpLimits {
  /** Bytes of one body (default 32 MiB); BODY_TOO_LARGE beyond. */
  readonly maxBodyBytes: number;
  /** Bytes of all bodies being read or run (default 256 MiB); BYTES_IN_FLIGHT beyond. */
  readonly maxBytesInFlight: number;
  /** Arrays and objects inside each other in a JSON body (default 64); JSON_TOO_DEEP beyond. */
  readonly maxJsonDepth: number;
  /** Rows of one request (default 10 000); ROWS_TOO_MANY beyond. */
  readonly maxRows: number;
  /** The longest time that x-timeout-ms may ask for (default 600 000); longer is cut to it. */
  readonly maxTimeoutMs: number;
  /** From the first byte of a request to its last, and without progress while a client reads its answer (default 30 000); BODY_TIMEOUT after it. */
  readonly requestTimeoutMs: number;
  /** Bytes of the request line and headers (default 16 KiB); HEADERS_TOO_LARGE beyond. */
  readonly maxHeaderBytes: number;
}

const MIB = 2 ** 20;

const defaults: HttpLimits = {
  maxBodyBytes: 32 * MIB,
  maxBytesInFlight: 256 * MIB,
  maxJsonDepth: 64,
  maxRows: 10_000,
  maxTimeoutMs: 600_000,
  requestTimeoutMs: 30_000,
  maxHeaderBytes: 16_384,
};

/** The given limits with defaults for the others; OPTION_INVALID for a value that is not a whole number of at least 1. */
export function limitsOf(given: { readonly [K in keyof HttpLimits]?: HttpLimits[K] | undefined }, caller = 'serve'): HttpLimits {
  const limits = { ...defaults };
  for (const name of Object.keys(defaults) as (keyof HttpLimits)[]) {
    const limit: unknown = given[name] ?? defaults[name];
    if (typeof limit !== 'number' || !Number.isSafeInteger(limit) || limit < 1) {
      throw new FlowError('OPTION_INVALID', `${caller}: ${name} must be a whole number of at least 1 but is ${describeValue(limit)}`);
    }
    limits[name] = limit;
  }
  return limits;
}
