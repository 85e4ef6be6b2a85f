import { FlowError } from '../../errors/flow-error.ts';
import { describeValue } from '../../schema/column.ts';
import { shortName } from '../../schema/json-value.ts';
import { booleanOf } from './infer-request.ts';
import type { Asked, Parameters } from './messages.ts';

/**
 * How long a client allows for its request, in milliseconds, from its parameter `timeout` in microseconds; undefined where it does not say, or
 * says 0. TIMEOUT_INVALID.
 */
export function timeoutOf({ timeout }: Parameters): number | undefined {
  if (timeout === undefined || timeout === 0) return undefined;
  if (typeof timeout === 'number' && Number.isSafeInteger(timeout) && timeout > 0) return timeout / 1000;
  throw new FlowError('TIMEOUT_INVALID', `the parameter timeout must be a whole number of microseconds but is ${describeValue(timeout)}`, {
    hint: 'Give microseconds, at least 1; 0, or no parameter, for the time that the server allows.',
  });
}

/** Refuses parameters that would be disobeyed in silence: those of sequences, which need state, and names that servers keep for themselves. */
export function checkParameters(parameters: Parameters): void {
  for (const name in parameters) {
    const value = parameters[name];
    if (name.startsWith('triton_')) throw new FlowError('BODY_INVALID', `the parameter "${shortName(name)}" has a reserved name`);
    if (!SEQUENCE.has(name) || value === 0 || value === '' || value === false) continue;
    throw new FlowError('EXTENSION_UNSUPPORTED', `the parameter ${name} asks for a sequence, which a pipeline does not have`);
  }
}
const SEQUENCE: ReadonlySet<string> = new Set(['sequence_id', 'sequence_start', 'sequence_end']);

/** Tells by name which outputs a client wants as bytes: what it says of the output, else what it says of all, else none. */
export function binaryOutputs({ outputs, parameters }: Pick<Asked, 'outputs' | 'parameters'>): (name: string) => boolean {
  const all = booleanOf('the parameter binary_data_output', parameters.binary_data_output) ?? false;
  if (outputs === undefined) return () => all;
  return (name) => outputs.find((output) => output.name === name)?.isBinary ?? all;
}
