import { describe, expect, it } from 'vitest';
import type { InferRequest } from './messages.ts';
import { binaryOutputs, checkParameters, timeoutOf } from './request-parameters.ts';

describe('the parameter timeout', () => {
  it('is in microseconds, and 0 or nothing where the server decides', () => {
    expect(timeoutOf({ timeout: 1500 })).toBe(1.5);
    expect(timeoutOf({ timeout: 0 })).toBeUndefined();
    expect(timeoutOf({})).toBeUndefined();
  });

  it.each([-1, 1.5, '1000', true])('is not %s', (timeout) =>
    expect(() => timeoutOf({ timeout })).toThrow('[TIMEOUT_INVALID] the parameter timeout'),
  );
});

describe('the parameters of a request', () => {
  it('may be anything that changes nothing', () => {
    checkParameters({ priority: 1, headers: 'x', mine: 7, sequence_id: 0, sequence_start: false });
  });

  it.each(['sequence_id', 'sequence_start', 'sequence_end'])('may not ask for a sequence: %s', (name) =>
    expect(() => checkParameters({ [name]: 1 })).toThrow(`[EXTENSION_UNSUPPORTED] the parameter ${name} asks for a sequence`),
  );

  it('may not have names that servers keep', () => {
    expect(() => checkParameters({ triton_x: 1 })).toThrow('[BODY_INVALID] the parameter "triton_x" has a reserved name');
  });
});

describe('the outputs that are wanted as bytes', () => {
  const wanted = (request: Partial<InferRequest>) =>
    binaryOutputs({ id: undefined, parameters: {}, inputs: [], outputs: undefined, ...request })('y');

  it('are those of which it is said, else all if that is said, else none', () => {
    const parameters = { binary_data_output: true };
    expect(wanted({})).toBe(false);
    expect(wanted({ parameters })).toBe(true);
    expect(wanted({ outputs: [{ name: 'y', isBinary: true }] })).toBe(true);
    expect(wanted({ parameters, outputs: [{ name: 'y', isBinary: false }] })).toBe(false);
    expect(wanted({ parameters, outputs: [{ name: 'y', isBinary: undefined }] })).toBe(true);
  });
});
