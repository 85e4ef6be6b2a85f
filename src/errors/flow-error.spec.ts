import { describe, expect, it } from 'vitest';
import { codes } from './codes.ts';
import { FlowError, isFlowError, messageOf } from './flow-error.ts';

describe('a FlowError', () => {
  it('has its code before the problem, and the hint of the table', () => {
    const error = new FlowError('COLUMN_UNKNOWN', 'map: this flow has no column "x"');
    expect(error).toBeInstanceOf(Error);
    expect(error.message).toBe('[COLUMN_UNKNOWN] map: this flow has no column "x"');
    expect(error.problem).toBe('map: this flow has no column "x"');
    expect(error.hint).toBe(codes.COLUMN_UNKNOWN.hint);
    expect(String(error)).toBe('FlowError: [COLUMN_UNKNOWN] map: this flow has no column "x"');
    expect(error.stack).toContain('flow-error.spec.ts');
  });

  it('may have a better hint, a cause, and a time to wait', () => {
    const cause = new Error('disk full');
    const error = new FlowError('QUEUE_FULL', 'no room', { cause, hint: 'Wait.', retryAfterMs: 20 });
    expect(error.hint).toBe('Wait.');
    expect(error.cause).toBe(cause);
    expect(error.retryAfterMs).toBe(20);
  });

  it('has no cause when none is given, and keeps one that is falsy', () => {
    expect('cause' in new FlowError('INTERNAL', 'x')).toBe(false);
    expect('cause' in new FlowError('INTERNAL', 'x', { cause: undefined })).toBe(false);
    expect(new FlowError('INTERNAL', 'x', { cause: null }).cause).toBeNull();
    expect(new FlowError('INTERNAL', 'x', { cause: 0 }).cause).toBe(0);
  });

  it('is known though another copy of the package made it', () => {
    const foreign = Object.assign(new Error('[INTERNAL] x'), { [Symbol.for('flowserve.error')]: true, code: 'INTERNAL' });
    expect(isFlowError(foreign)).toBe(true);
    expect(isFlowError(new FlowError('INTERNAL', 'x'))).toBe(true);
  });

  it.each([new Error('x'), 'x', null, undefined, 7, {}, { code: 'INTERNAL' }])('is not %s', (other) => {
    expect(isFlowError(other)).toBe(false);
  });
});

describe('the message of anything thrown', () => {
  it('is its first line', () => {
    expect(messageOf(new Error('one\ntwo'))).toBe('one');
    expect(messageOf('one\ntwo')).toBe('one');
  });

  it('is the name of an error without a message', () => expect(messageOf(new TypeError())).toBe('TypeError'));

  it('is there for what is not an error', () => {
    expect(messageOf(undefined)).toBe('undefined');
    expect(messageOf(Symbol('x'))).toBe('Symbol(x)');
    expect(messageOf({ toString: () => 'own' })).toBe('own');
  });

  it('is there for what refuses to be printed', () => {
    const throwing = {
      toString() {
        throw new Error('no');
      },
    };
    expect(messageOf(Object.create(null))).toBe('a value that cannot be printed');
    expect(messageOf(throwing)).toBe('a value that cannot be printed');
  });
});

describe('the table of codes', () => {
  it.each(Object.entries(codes))('%s has a status, and a hint that is a sentence', (_, { http, hint }) => {
    expect(http).toBeGreaterThanOrEqual(400);
    expect(http).toBeLessThan(600);
    expect(hint).toMatch(/^[A-Z][^\n]*\.$/);
  });

  it('says of no mistake of the caller that sending it again may help', () => {
    const hopeless = [400, 401, 404, 405, 413, 415, 431];
    const wrong = Object.entries(codes).filter(([, { http, retry }]) => retry && hopeless.includes(http));
    expect(wrong).toEqual([]);
  });
});
