import { describe, expect, it } from 'vitest';
import { ByteBudget } from '../http/byte-budget.ts';
import { codingOf, compressed, decompressed, wantedCoding } from './content-coding.ts';

describe('the coding of a body', () => {
  it.each([
    [undefined, undefined],
    ['gzip', 'gzip'],
    [' GZIP ', 'gzip'],
    ['deflate', 'deflate'],
    ['identity', undefined],
  ])('of %s is %s', (header, coding) => expect(codingOf({ 'content-encoding': header })).toBe(coding));

  it.each(['br', 'gzip, gzip', 'x-gzip'])('is not %s', (header) =>
    expect(() => codingOf({ 'content-encoding': header })).toThrow(`[EXTENSION_UNSUPPORTED] the body has the content encoding "${header}"`),
  );
});

describe('the coding that a client would rather have', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['*', undefined],
    ['br', undefined],
    ['identity', undefined],
    ['gzip, deflate', 'gzip'],
    ['gzip;q=0.2, Deflate ; q=0.8', 'deflate'],
    ['gzip;q=0', undefined],
    ['gzip;q=x', undefined],
  ])('by %s is %s', (header, coding) => expect(wantedCoding({ 'accept-encoding': header })).toBe(coding));
});

const anyMuch = (): void => {};

describe('a compressed body', () => {
  it.each(['gzip', 'deflate'] as const)('comes back the same: %s', async (coding) => {
    const body = Buffer.from('the same text again and again, again and again');
    expect(await decompressed(coding, await compressed(coding, body), body.length, anyMuch)).toEqual(body);
  });

  it('is unpacked no further than its limit', async () => {
    const bomb = await compressed('gzip', Buffer.alloc(1_000_000));
    await expect(decompressed('gzip', bomb, 999_999, anyMuch)).rejects.toThrow(
      '[BODY_TOO_LARGE] the body is larger than 999999 bytes once it is unpacked',
    );
  });

  it('is unpacked no further than there is room for what all requests hold', async () => {
    const bomb = await compressed('gzip', Buffer.alloc(10_000_000));
    const budget = new ByteBudget(100_000);
    await expect(decompressed('gzip', bomb, 20_000_000, (bytes) => budget.take(bytes))).rejects.toMatchObject({ code: 'BYTES_IN_FLIGHT' });
    expect(budget.inFlight).toBeGreaterThan(80_000);
  });
});
