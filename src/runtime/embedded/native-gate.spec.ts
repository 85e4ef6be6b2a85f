import { describe, expect, it } from 'vitest';
import { defer, outcomeOf } from '../../../test/support/settle.ts';
import { closeGate, createGate, throughGate, watchGate } from './native-gate.ts';

describe('a native gate', () => {
  it('lets computations through, also two at a time', async () => {
    const gate = createGate();
    const first = defer<number>();
    const both = [throughGate(gate, () => first.promise), throughGate(gate, async () => 2)];
    expect(await both[1]).toBe(2);
    first.resolve(1);
    expect(await both[0]).toBe(1);
  });

  it('passes on what a computation fails with, and is open again', async () => {
    const gate = createGate();
    await expect(throughGate(gate, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await throughGate(gate, async () => 1)).toBe(1);
  });

  it('is closed once the last computation is done', async () => {
    const gate = createGate();
    const gates = [defer(), defer()];
    for (const { promise } of gates) void throughGate(gate, () => promise);
    const closed = closeGate(gate);
    gates[0]?.resolve();
    expect(await outcomeOf(closed)).toBe('waiting');
    gates[1]?.resolve();
    await closed;
  });

  it('is closed at once when nothing is computed, and as often as one likes', async () => {
    const gate = createGate();
    await closeGate(gate);
    await closeGate(gate);
  });

  it('lets nothing through once it is being closed', async () => {
    const gate = createGate();
    await closeGate(gate);
    let isComputed = false;
    const compute = async (): Promise<void> => {
      isComputed = true;
    };
    expect(await outcomeOf(throughGate(gate, compute))).toBe('waiting');
    expect(isComputed).toBe(false);
    await closeGate(gate);
  });

  it('is watched when the process exits, for as long as it is asked to', () => {
    const before = process.listenerCount('exit');
    const unwatch = [watchGate(createGate()), watchGate(createGate())];
    expect(process.listenerCount('exit')).toBe(before + 1);
    for (const off of unwatch) off();
    expect(process.listenerCount('exit')).toBe(before);
  });
});
