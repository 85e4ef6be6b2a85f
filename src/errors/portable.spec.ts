import { describe, expect, it } from 'vitest';
import { FlowError } from './flow-error.ts';
import { fromPortable, toPortable } from './portable.ts';

/** What comes out on another thread. */
const sent = (error: unknown): FlowError => fromPortable(structuredClone(toPortable(error)));

describe('an error on its way to another thread', () => {
  it('keeps its code, problem, hint, time to come back and message', () => {
    const error = new FlowError('QUEUE_FULL', 'too many', { hint: 'Wait.', retryAfterMs: 500 });
    const arrived = sent(error);
    expect(arrived).toBeInstanceOf(FlowError);
    expect(arrived).toMatchObject({ code: 'QUEUE_FULL', problem: 'too many', hint: 'Wait.', retryAfterMs: 500, message: error.message });
    expect(arrived.cause).toBeUndefined();
  });

  it('keeps the name, message and stack of its cause', () => {
    const cause = new TypeError('not a function');
    const arrived = sent(new FlowError('STAGE_FAILED', 'failed', { cause })).cause;
    expect(arrived).toBeInstanceOf(Error);
    expect(arrived).toMatchObject({ name: 'TypeError', message: 'not a function', stack: cause.stack });
  });

  it.each([
    ['text', 'just text', 'just text'],
    ['a function', () => {}, '() => {'],
    ['an object without a prototype', Object.create(null), 'a value that cannot be printed'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
  ])('takes a cause that is %s', (_, cause, message) => {
    expect(sent(new FlowError('STAGE_FAILED', 'failed', { cause })).cause).toMatchObject({
      name: 'Error',
      message: expect.stringContaining(message),
    });
  });

  it.each([
    ['an error', new RangeError('bug'), 'bug'],
    ['text', 'bug', 'bug'],
    ['nothing', undefined, 'undefined'],
  ])('that FlowServe did not make is INTERNAL: %s', (_, error, problem) => {
    expect(sent(error)).toMatchObject({ code: 'INTERNAL', problem });
  });
});
