import { describe, expect, it } from 'vitest';
import { freeze, frozenCopy } from './freeze.ts';

describe('freeze', () => {
  it('freezes rows, their lists and their records', () => {
    const [row] = freeze([{ words: ['a'], box: { left: 1 } }]);
    for (const part of [row, row?.words, row?.box]) expect(Object.isFrozen(part)).toBe(true);
  });

  it('gives back what it was given', () => {
    const rows = [{ n: 1 }];
    expect(freeze(rows)).toBe(rows);
  });

  it('looks into what is frozen already', () => {
    const inner = { n: 1 };
    freeze(Object.freeze({ inner }));
    expect(Object.isFrozen(inner)).toBe(true);
  });

  it('ends for a value that holds itself', () => {
    const value: { self?: unknown } = {};
    value.self = value;
    expect(Object.isFrozen(freeze(value))).toBe(true);
  });

  it('leaves numbers in arrays of their own, objects of classes and scalars alone', () => {
    class Counter {
      count = 0;
    }
    const row = freeze({ data: new Float32Array(1), counter: new Counter(), text: 'a', nothing: null });
    row.data[0] = 1;
    row.counter.count = 1;
    expect(row).toEqual({ data: new Float32Array([1]), counter: Object.assign(new Counter(), { count: 1 }), text: 'a', nothing: null });
  });
});

describe('a frozen copy', () => {
  it('is equal and frozen, and leaves the value as it was', () => {
    const value = { words: ['a', null], box: Object.assign(Object.create(null), { left: 1 }), ['__proto__']: 1 };
    const copy = frozenCopy(value) as typeof value;
    expect(copy).toEqual(value);
    for (const part of [copy, copy.words, copy.box]) expect(Object.isFrozen(part)).toBe(true);
    for (const part of [value, value.words, value.box]) expect(Object.isFrozen(part)).toBe(false);
  });

  it('holds itself where the value does', () => {
    const value: { self?: unknown } = {};
    value.self = value;
    const copy = frozenCopy(value) as typeof value;
    expect(copy).not.toBe(value);
    expect(copy.self).toBe(copy);
  });

  it('shares objects of classes', () => {
    const when = new Date(0);
    expect((frozenCopy({ when }) as { readonly when: Date }).when).toBe(when);
  });
});
