import { describe, expect, it } from 'vitest';
import { placeOf } from './place-of.ts';

const thrownAt = (...frames: readonly string[]): Error =>
  Object.assign(new Error('x'), { stack: ['Error: x', ...frames.map((frame) => `    at ${frame}`)].join('\n') });

describe('the place of an error', () => {
  it.each([
    ['run (/app/a.ts:1:2)', '/app/a.ts:1:2'],
    ['file:///app/a.ts:1:2', '/app/a.ts:1:2'],
    ['async /app/a.ts:1:2', '/app/a.ts:1:2'],
    ['Object.<anonymous> (/my app (copy)/a.ts:1:2)', '/my app (copy)/a.ts:1:2'],
  ])('is found in the frame %j', (frame, place) => expect(placeOf(thrownAt(frame))).toBe(place));

  it('is in a file of the user, not in Node or a package', () => {
    const node = 'Module._resolveFilename (node:internal/modules/cjs/loader:1207:15)';
    const inPackage = 'parse (/app/node_modules/zod/index.js:3:4)';
    expect(placeOf(thrownAt(node, inPackage, 'run (/app/a.ts:1:2)'))).toBe('/app/a.ts:1:2');
    expect(placeOf(thrownAt(node, inPackage))).toBeUndefined();
  });

  it('is the innermost file of the user in a traceback of Python', () => {
    const frames = [
      '/app/lang.py", line 7, in detect',
      '/app/.venv/lib/python3.11/site-packages/x.py", line 1, in f',
      '/usr/lib/python3.9/a.py", line 2',
    ];
    const traceback = ['Traceback (most recent call last):', ...frames.map((frame) => `  File "${frame}`), 'KeyError: 1'].join('\n');
    expect(placeOf(Object.assign(new Error('x'), { stack: traceback }))).toBe('/app/lang.py:7');
    expect(placeOf(Object.assign(new Error('x'), { stack: '  File "<string>", line 1, in f' }))).toBeUndefined();
  });

  it('is unknown for what is no error', () => expect(placeOf('a string')).toBeUndefined());
});
