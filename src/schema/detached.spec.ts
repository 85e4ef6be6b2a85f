import { describe, expect, it } from 'vitest';
import { isDetached } from './detached.ts';

function transferred<T extends ArrayBufferView>(view: T): T {
  structuredClone(view.buffer, { transfer: [view.buffer as ArrayBuffer] });
  return view;
}

describe('an array', () => {
  it('is detached once its memory has been transferred, empty or not', () => {
    expect(isDetached(transferred(new Uint8Array(4)))).toBe(true);
    expect(isDetached(transferred(new Float32Array(4).subarray(2)))).toBe(true);
    expect(isDetached(transferred(new Uint8Array(0)))).toBe(true);
  });

  it('is not for being empty', () => {
    expect(isDetached(new Uint8Array(0))).toBe(false);
    expect(isDetached(new Uint8Array(4).subarray(4))).toBe(false);
  });
});
