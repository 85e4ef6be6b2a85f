import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { type OutputSource, readLines } from './output-lines.ts';

function reading() {
  const clock = new FakeClock();
  const lines: string[] = [];
  const state = { paused: false };
  const source = Object.assign(new EventEmitter(), {
    pause: () => Object.assign(state, { paused: true }),
    resume: () => Object.assign(state, { paused: false }),
  });
  readLines(source as OutputSource, clock, (line) => lines.push(line));
  const write = (text: string): unknown => source.emit('data', Buffer.from(text));
  return { clock, lines, state, write, close: () => source.emit('close') };
}

describe('the lines of a process', () => {
  it('are told one by one, however they come, the last also without its end', () => {
    const { lines, write, close } = reading();
    write('a\nb');
    write('c\r\n\nd');
    expect(lines).toEqual(['a', 'bc', '']);
    close();
    expect(lines).toEqual(['a', 'bc', '', 'd']);
  });

  it('are cut where they are long, and say how long they were', () => {
    const { lines, write } = reading();
    for (let i = 0; i < 10; i++) write('x'.repeat(1000));
    write('\n');
    expect(lines).toEqual([`${'x'.repeat(8192)}… (10000 bytes)`]);
  });

  it('are counted beyond a thousand a second', () => {
    const { clock, lines, write } = reading();
    write('x\n'.repeat(1500));
    expect(lines).toHaveLength(1000);
    clock.advance(1000);
    write('y\n');
    expect(lines.slice(1000)).toEqual(['(500 lines left out)', 'y']);
  });

  it('are counted also when the process ends then', () => {
    const { lines, write, close } = reading();
    write('x\n'.repeat(1001));
    close();
    expect(lines.at(-1)).toBe('(1 lines left out)');
  });

  it('are not read at all for the rest of a second in which there were far too many', () => {
    const { clock, state, write } = reading();
    clock.advance(100);
    write('x\n'.repeat(2 ** 23));
    expect(state.paused).toBe(true);
    clock.advance(999);
    expect(state.paused).toBe(true);
    clock.advance(1);
    expect(state.paused).toBe(false);
  });
});
