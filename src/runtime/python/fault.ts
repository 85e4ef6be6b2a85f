import { FlowError } from '../../errors/flow-error.ts';

/** What a process says when it cannot do what it was asked. */
export interface Fault {
  readonly fault: 'interpreter' | 'import' | 'name' | 'setup' | 'raised' | 'output' | 'length' | 'cancelled';
  readonly message: string;
  /** The class of what was raised. */
  readonly type?: string;
  readonly traceback?: string;
  /** Where modules were looked for. */
  readonly path?: readonly string[];
}

/** The fault in the body of a frame; RangeError where there is none. */
export function faultIn(body: Uint8Array): Fault {
  let fault: unknown;
  try {
    fault = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString());
  } catch (cause) {
    throw new RangeError('a frame is no JSON', { cause });
  }
  const isFault =
    typeof fault === 'object' && fault !== null && 'fault' in fault && 'message' in fault && typeof fault.message === 'string';
  if (!isFault) throw new RangeError('a frame says of no fault');
  return fault as Fault;
}

/** The error of a call. */
export function callFailure(stage: string, fault: Fault): FlowError {
  const { type = 'Exception', message } = fault;
  switch (fault.fault) {
    case 'output':
      return new FlowError('OUTPUT_INVALID', `stage "${stage}": ${message}`, {
        hint: 'Return a dict with a value for each row in each output column.',
      });
    case 'length':
      return new FlowError('BATCH_SIZE_CHANGED', message, {
        hint: 'Return as many values in each column as there are rows in the batch, in the same order.',
      });
    case 'cancelled':
      return new FlowError('REQUEST_CANCELLED', `stage "${stage}": ${message}`);
    case 'raised':
    case 'interpreter':
    case 'import':
    case 'name':
    case 'setup': {
      const [line = ''] = message.split('\n', 1);
      return new FlowError('STAGE_FAILED', `stage "${stage}" failed: ${line === '' ? type : `${type}: ${line}`}`, {
        cause: pythonError(fault),
      });
    }
  }
}

/** What was raised, with the traceback of Python where JavaScript has the stack. */
export function pythonError({ type, message, traceback }: Fault): Error {
  const error = new Error(message);
  if (type !== undefined) error.name = type;
  error.stack = traceback ?? '';
  return error;
}
