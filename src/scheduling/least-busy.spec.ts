import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LeastBusy, type Member } from './least-busy.ts';

describe('the choice of who is least busy', () => {
  it('is who has least to do', () => {
    const choice = new LeastBusy<string>();
    choice.add('busy', 3);
    const idle = choice.add('idle', 1);
    expect(choice.least()).toBe('idle');
    choice.move(idle, 4);
    expect(choice.least()).toBe('busy');
  });

  it('is nobody who has as much to do as the limit', () => {
    const choice = new LeastBusy<string>();
    choice.add('busy', 2);
    expect([choice.least(2), choice.least(3)]).toEqual([undefined, 'busy']);
  });

  it('is who else is wanted', () => {
    const choice = new LeastBusy<string>();
    choice.add('idle', 0);
    choice.add('busy', 2);
    expect(choice.least(3, (value) => value !== 'idle')).toBe('busy');
  });

  it('is nobody who has been removed', () => {
    const choice = new LeastBusy<string>();
    const gone = choice.add('gone');
    choice.remove(gone);
    choice.remove(gone);
    choice.move(gone, 1);
    expect([choice.least(), choice.size]).toEqual([undefined, 0]);
  });

  it('leaves those alone that have had nothing to do for longest', () => {
    const choice = new LeastBusy<string>();
    const members = ['a', 'b', 'c'].map((name) => choice.add(name));
    const [, , c] = members as [Member<string>, Member<string>, Member<string>];
    choice.move(c, 1);
    choice.move(c, 0);
    expect(choice.least()).toBe('c');
  });

  it('is as one would find by looking at all', () => {
    const step = fc.record({ what: fc.constantFrom('add', 'move', 'remove'), which: fc.nat(), load: fc.nat({ max: 5 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.nat({ max: 6 }), (steps, limit) => {
        const choice = new LeastBusy<number>();
        let members: readonly Member<number>[] = [];
        for (const [value, one] of steps.entries()) {
          members = applied(choice, members, { ...one, value });
          const loadOf = new Map(members.map((member) => [member.value, member.load]));
          const least = Math.min(...loadOf.values());
          expect(loadOf.get(choice.least(limit) ?? NOBODY)).toBe(least < limit ? least : undefined);
          expect(choice.size).toBe(members.length);
        }
      }),
    );
  });
});

const NOBODY = -1;

interface Step {
  readonly what: string;
  readonly which: number;
  readonly load: number;
  readonly value: number;
}

/** The members after a step. */
function applied(choice: LeastBusy<number>, members: readonly Member<number>[], { what, which, load, value }: Step): typeof members {
  const member = members[which % members.length];
  if (what === 'add' || member === undefined) return [...members, choice.add(value, load)];
  if (what === 'remove') {
    choice.remove(member);
    return members.filter((other) => other !== member);
  }
  choice.move(member, load);
  return members;
}
