import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BodyBytes } from './body-bytes.ts';

function collect(announced: number, chunks: readonly Uint8Array[], alignedAt = 0): Buffer {
  const body = new BodyBytes(announced, alignedAt);
  for (const chunk of chunks) body.add(Buffer.from(chunk));
  return body.take();
}

describe('BodyBytes', () => {
  it('gives what was added, in order, whatever was announced', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), fc.nat(500), fc.nat(20), (chunks, announced, alignedAt) => {
        expect(collect(announced, chunks, alignedAt).equals(Buffer.concat(chunks))).toBe(true);
      }),
    );
  });

  it('does not copy a body that comes in one piece', () => {
    const chunk = Buffer.from('whole');
    const body = new BodyBytes(chunk.length);
    body.add(chunk);
    expect(body.take()).toBe(chunk);
  });

  it('takes exactly the memory that was announced', () => {
    const body = collect(4, [Buffer.from('ab'), Buffer.from('cd')]);
    expect(body.buffer.byteLength).toBe(4);
  });

  it('lets a byte lie at a multiple of 8 where it has to copy', () => {
    const body = collect(20, [Buffer.alloc(10), Buffer.alloc(10)], 13);
    expect((body.byteOffset + 13) % 8).toBe(0);
  });

  it('takes at most twice the memory of bytes that come one by one', () => {
    const body = collect(0, new Array<Uint8Array>(1000).fill(new Uint8Array(1)));
    expect(body.length).toBe(1000);
    expect(body.buffer.byteLength).toBeLessThanOrEqual(2000);
  });
});
