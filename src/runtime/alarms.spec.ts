import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Alarms } from './alarms.ts';

/** A clock and the one timer on it, both moved by hand. */
function bench() {
  let nowMs = 0;
  let dueMs = Number.POSITIVE_INFINITY;
  let isKept = false;
  let goOff = (): void => {};
  const alarms = new Alarms(
    () => nowMs,
    (callback) => {
      goOff = callback;
      return {
        set(delayMs) {
          dueMs = nowMs + delayMs;
        },
        keepProcess(isNowKept) {
          isKept = isNowKept;
        },
      };
    },
  );
  return {
    alarms,
    isKept: () => isKept,
    /** Lets time pass; the timer goes off as often as it was set to. */
    advance(byMs: number) {
      const untilMs = nowMs + byMs;
      while (dueMs <= untilMs) {
        nowMs = Math.max(nowMs, dueMs);
        dueMs = Number.POSITIVE_INFINITY;
        goOff();
      }
      nowMs = untilMs;
    },
  };
}

describe('alarms', () => {
  it('call back in the order in which they are due, each not before its time', () => {
    const { alarms, advance } = bench();
    const heard: string[] = [];
    for (const delayMs of [30, 10, 20]) alarms.after(delayMs, () => heard.push(`${delayMs}`));
    advance(9);
    expect(heard).toEqual([]);
    advance(11);
    expect(heard).toEqual(['10', '20']);
    advance(10);
    expect(heard).toEqual(['10', '20', '30']);
  });

  it('do not call back when they were called off, also by one that is due with them', () => {
    const { alarms, advance } = bench();
    const heard: string[] = [];
    alarms.after(5, () => heard.push('called off before'))();
    const callOff = { later: (): void => {} };
    alarms.after(5, () => callOff.later());
    callOff.later = alarms.after(5, () => heard.push('called off by the other'));
    advance(10);
    expect(heard).toEqual([]);
  });

  it('may be set by an alarm', () => {
    const { alarms, advance } = bench();
    const heard: string[] = [];
    alarms.after(1, () => alarms.after(1, () => heard.push('second')));
    advance(2);
    expect(heard).toEqual(['second']);
  });

  it('keep the process while one is left', () => {
    const { alarms, advance, isKept } = bench();
    const callOff = alarms.after(5, () => {});
    alarms.after(3, () => {});
    advance(4);
    expect(isKept()).toBe(true);
    callOff();
    expect(isKept()).toBe(false);
    alarms.after(1, () => {});
    expect(isKept()).toBe(true);
  });

  it('go on after one that throws', () => {
    const { alarms, advance } = bench();
    const heard: string[] = [];
    alarms.after(1, () => {
      throw new Error('from the callback');
    });
    alarms.after(2, () => heard.push('the next'));
    expect(() => advance(1)).toThrow('from the callback');
    advance(1);
    expect(heard).toEqual(['the next']);
  });

  it('are what a list of all of them would do, whatever is set and called off between', () => {
    const step = fc.oneof(
      fc.integer({ min: 0, max: 50 }).map((delayMs) => (both: Both) => both.set(delayMs)),
      fc.nat(300).map((number) => (both: Both) => both.callOff(number)),
      fc.integer({ min: 0, max: 20 }).map((byMs) => (both: Both) => both.advance(byMs)),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const both = new Both();
        for (const apply of steps) {
          apply(both);
          both.compare();
        }
      }),
    );
  });
});

/** Alarms beside a plain list of what was set. */
class Both {
  readonly #bench = bench();
  readonly #heard: number[] = [];
  readonly #list: { readonly dueMs: number; readonly callOff: () => void; isOff: boolean }[] = [];
  #nowMs = 0;

  set(delayMs: number): void {
    const number = this.#list.length;
    const callOff = this.#bench.alarms.after(delayMs, () => this.#heard.push(number));
    this.#list.push({ dueMs: this.#nowMs + delayMs, callOff, isOff: false });
    this.#bench.advance(0);
  }

  callOff(number: number): void {
    const alarm = this.#list[number];
    if (alarm === undefined) return;
    alarm.callOff();
    alarm.isOff ||= alarm.dueMs > this.#nowMs;
  }

  advance(byMs: number): void {
    this.#nowMs += byMs;
    this.#bench.advance(byMs);
  }

  compare(): void {
    const due = this.#list.flatMap(({ dueMs, isOff }, number) => (dueMs <= this.#nowMs && !isOff ? [number] : []));
    expect(this.#heard.toSorted((a, b) => a - b)).toEqual(due);
    const dueTimes = this.#heard.map((number) => this.#list[number]?.dueMs ?? 0);
    expect(dueTimes).toEqual(dueTimes.toSorted((a, b) => a - b));
    expect(this.#bench.isKept()).toBe(this.#list.some(({ dueMs, isOff }) => dueMs > this.#nowMs && !isOff));
  }
}
