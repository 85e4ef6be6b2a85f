import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteLongIntegers } from './exact-integers.ts';

describe('quoteLongIntegers', () => {
  it.each([
    ['[9223372036854775807,-9223372036854775808]', '["9223372036854775807","-9223372036854775808"]'],
    ['18446744073709551615', '"18446744073709551615"'],
    ['[999999999999999,-1,0]', '[999999999999999,-1,0]'],
    ['[1234567890.1234567890,1e300,1234567890123456e+2,-0.5E-17]', '[1234567890.1234567890,1e300,1234567890123456e+2,-0.5E-17]'],
    [
      '{"1234567890123456789":"-1234567890123456789","\\"":1234567890123456789}',
      '{"1234567890123456789":"-1234567890123456789","\\"":"1234567890123456789"}',
    ],
    ['"\\\\",1234567890123456789', '"\\\\","1234567890123456789"'],
    ['"never ends 1234567890123456789', '"never ends 1234567890123456789'],
  ])('of %s is %s', (json, quoted) => expect(quoteLongIntegers(json)).toBe(quoted));

  it('leaves every JSON without them as it is', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), (json) => {
        const hasLong = JSON.stringify(JSON.parse(json, (_, value: unknown) => (typeof value === 'string' ? '' : value))).match(/\d{16}/);
        if (hasLong === null) expect(quoteLongIntegers(json)).toBe(json);
      }),
    );
  });
});
