import { describe, expect, it } from 'vitest';
import { defer, outcomeOf } from '../../test/support/settle.ts';
import { FlowError } from '../errors/flow-error.ts';
import { RequestScope, untilEnd, withJointScope } from './request-scope.ts';

const gone = new FlowError('REQUEST_CANCELLED', 'the caller left');
const late = new FlowError('DEADLINE_EXCEEDED', 'too late');

describe('a request scope', () => {
  it('has no deadline unless it is given one', () => {
    expect(new RequestScope().deadlineMs).toBe(Number.POSITIVE_INFINITY);
    expect(new RequestScope(5).deadlineMs).toBe(5);
  });

  it('keeps the first reason for its end', () => {
    const scope = new RequestScope();
    scope.end(gone);
    scope.end(late);
    expect(scope.reason).toBe(gone);
    expect(() => scope.throwIfEnded()).toThrow(gone);
  });

  it('does not throw while it runs', () => {
    expect(() => new RequestScope().throwIfEnded()).not.toThrow();
  });

  it('aborts its signal with the reason, made before its end or after', () => {
    const [before, after] = [new RequestScope(), new RequestScope()];
    const signal = before.signal;
    expect(signal.aborted).toBe(false);
    before.end(gone);
    after.end(gone);
    expect(signal.reason).toBe(gone);
    expect(after.signal.reason).toBe(gone);
  });

  it('calls each listener once', () => {
    const scope = new RequestScope();
    const heard: string[] = [];
    scope.onEnd(() => heard.push('a'));
    scope.onEnd(() => heard.push('b'));
    scope.end(gone);
    scope.end(late);
    expect(heard).toEqual(['a', 'b']);
  });

  it('calls a listener at once that comes after the end', () => {
    const scope = new RequestScope();
    scope.end(gone);
    let heard: unknown;
    scope.onEnd((reason) => {
      heard = reason;
    });
    expect(heard).toBe(gone);
  });

  it('knows the memory that it was given', () => {
    const scope = new RequestScope();
    const [first, second] = [new ArrayBuffer(1), new ArrayBuffer(2)];
    scope.own([first]);
    scope.own([second]);
    expect(scope.memory).toEqual([first, second]);
  });

  it('calls the listeners that are left when some have unsubscribed, whichever', () => {
    const scope = new RequestScope();
    const heard: string[] = [];
    const [offA, , offC] = ['a', 'b', 'c', 'd'].map((name) => scope.onEnd(() => heard.push(name)));
    offC?.();
    offA?.();
    offA?.();
    scope.end(gone);
    expect(heard).toEqual(['b', 'd']);
  });

  describe('within another', () => {
    it('ends with it, and has its deadline', () => {
      const request = new RequestScope(5);
      const part = RequestScope.within(request);
      expect(part.deadlineMs).toBe(5);
      request.end(gone);
      expect(part.reason).toBe(gone);
      expect(RequestScope.within(request).reason).toBe(gone);
    });

    it('may end alone', () => {
      const request = new RequestScope();
      const part = RequestScope.within(request);
      part.end(late);
      expect([part.reason, request.reason]).toEqual([late, undefined]);
    });
  });

  it('does not call a listener that has unsubscribed', () => {
    const scope = new RequestScope();
    let isCalled = false;
    const unsubscribe = scope.onEnd(() => {
      isCalled = true;
    });
    unsubscribe();
    scope.end(gone);
    expect(isCalled).toBe(false);
  });
});

describe('a joint scope', () => {
  const joint = (
    ...scopes: readonly RequestScope[]
  ): { readonly scope: RequestScope; readonly end: () => void; readonly done: Promise<unknown> } => {
    const call = defer();
    let inside = new RequestScope();
    const done = Promise.resolve(
      withJointScope(scopes, (scope) => {
        inside = scope;
        return call.promise;
      }),
    );
    return { scope: inside, end: call.resolve, done };
  };

  it('of one request is its own scope', () => {
    const only = new RequestScope(5);
    expect(joint(only).scope).toBe(only);
  });

  it('has the earliest of the deadlines', () => {
    expect(joint(new RequestScope(9), new RequestScope(5), new RequestScope()).scope.deadlineMs).toBe(5);
  });

  it('ends when the last of its requests has ended', () => {
    const [a, b] = [new RequestScope(), new RequestScope()];
    const { scope } = joint(a, b);
    a.end(gone);
    expect(scope.reason).toBeUndefined();
    b.end(late);
    expect(scope.reason).toBe(late);
  });

  it('does not end for a request that ends after the call is done', async () => {
    const [a, b] = [new RequestScope(), new RequestScope()];
    const { scope, end, done } = joint(a, b);
    end();
    await done;
    a.end(gone);
    b.end(gone);
    expect(scope.reason).toBeUndefined();
  });

  it('does not end for a request that ends after a synchronous call', () => {
    const [a, b] = [new RequestScope(), new RequestScope()];
    let inside = new RequestScope();
    const result = withJointScope([a, b], (scope) => {
      inside = scope;
      return 'done';
    });
    a.end(gone);
    b.end(gone);
    expect(result).toBe('done');
    expect(inside.reason).toBeUndefined();
  });

  it('does not end for a request that ends after a call that threw', () => {
    const [a, b] = [new RequestScope(), new RequestScope()];
    let inside = new RequestScope();
    const call = (scope: RequestScope): never => {
      inside = scope;
      throw new Error('no');
    };
    expect(() => withJointScope([a, b], call)).toThrow('no');
    a.end(gone);
    b.end(gone);
    expect(inside.reason).toBeUndefined();
  });
});

describe('untilEnd', () => {
  it("gives the work's result, or its error", async () => {
    await expect(untilEnd(Promise.resolve(1), new RequestScope())).resolves.toBe(1);
    await expect(untilEnd(Promise.reject(new Error('no')), new RequestScope())).rejects.toThrow('no');
  });

  it('rejects with the reason as soon as the request ends', async () => {
    const scope = new RequestScope();
    const waiting = untilEnd(new Promise(() => {}), scope);
    expect(await outcomeOf(waiting)).toBe('waiting');
    scope.end(gone);
    expect(await outcomeOf(waiting)).toBe(gone);
  });

  it('rejects at once for a request that has ended', async () => {
    const scope = new RequestScope();
    scope.end(gone);
    await expect(untilEnd(Promise.resolve(1), scope)).rejects.toBe(gone);
  });
});
