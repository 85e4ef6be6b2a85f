import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blobsIn, callAfter, type Frame, FrameReader, frameOf, fromPython, textFrame } from './frames.ts';

const head = { kind: fromPython.done, call: 7, rows: 2, deadlineMs: 0 };
const blobs = fc.array(fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constant(new Uint8Array(20_000).fill(7))), { maxLength: 5 });
const plain = (bytes: Uint8Array): readonly number[] => [...bytes];

describe('frames', () => {
  it('come out as they went in, in whatever pieces the pipe brings them', () => {
    fc.assert(
      fc.property(
        fc.array(blobs, { minLength: 1, maxLength: 4 }),
        fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1 }),
        (sent, sizes) => {
          const all = Buffer.concat(sent.flatMap((one) => frameOf(head, one)));
          const reader = new FrameReader();
          const frames: Frame[] = [];
          for (let [at, i] = [0, 0]; at < all.length; i++) {
            const size = sizes[i % sizes.length] ?? 1;
            reader.push(all.subarray(at, at + size), (frame) => frames.push(frame));
            at += size;
          }
          expect(frames.map(({ kind, call, rows }) => ({ kind, call, rows }))).toEqual(sent.map(() => ({ kind: 3, call: 7, rows: 2 })));
          frames.forEach(({ body }, i) => {
            expect(blobsIn(body, sent[i]?.length ?? 0).map(plain)).toEqual(sent[i]?.map(plain));
          });
        },
      ),
      { numRuns: 50 },
    );
  });

  it('send large blobs as they lie, at a multiple of 8 bytes', () => {
    const large = new Uint8Array(20_001);
    const pieces = frameOf(head, [Uint8Array.of(1), large, Uint8Array.of(2)]);
    expect(pieces).toContain(large);
    expect(pieces.slice(0, pieces.indexOf(large)).reduce((size, { length }) => size + length, 0) % 8).toBe(0);
    expect(pieces.reduce((size, { length }) => size + length, 0) % 8).toBe(0);
  });

  it('number calls from 1 on, and again when the number is full', () => {
    expect([0, 1, 2 ** 32 - 2, 2 ** 32 - 1].map(callAfter)).toEqual([1, 2, 2 ** 32 - 1, 1]);
  });

  it('carry a text', () => {
    let body = '';
    new FrameReader().push(Buffer.from(textFrame(2, 1, { message: 'ö' })), (frame) => {
      body = Buffer.from(frame.body).toString();
    });
    expect(JSON.parse(body)).toEqual({ message: 'ö' });
  });

  it.each([0, 25, 2 ** 32 - 8])('refuse what has not the length of one: %i', (size) => {
    const piece = Buffer.alloc(4);
    piece.writeUInt32LE(size);
    expect(() => new FrameReader().push(piece, () => {})).toThrow(`${size} is not the length of a frame`);
  });

  it('refuse a text that begins as a length would', () => {
    const reader = new FrameReader();
    reader.push(Buffer.from('hello'), () => {});
    expect(() => reader.push(Buffer.from(' world'), () => {})).toThrow('1870078063 is no kind of a frame');
  });

  it('are handed over also where what follows in the same piece is none', () => {
    const calls: number[] = [];
    const piece = Buffer.concat([textFrame(2, 5), Buffer.alloc(8)]);
    expect(() => new FrameReader().push(piece, ({ call }) => calls.push(call))).toThrow(RangeError);
    expect(calls).toEqual([5]);
  });

  it('refuse lengths of blobs that do not fill it', () => {
    expect(() => blobsIn(Buffer.alloc(0), 1)).toThrow('0 bytes hold no lengths of 1 blobs');
    expect(() => blobsIn(Buffer.from([9, 0, 0, 0, 0, 0, 0, 0]), 1)).toThrow('blob 0 has 9 bytes but 0 are left');
    expect(() => blobsIn(Buffer.alloc(16), 1)).toThrow('8 bytes are left after the last blob');
  });
});
