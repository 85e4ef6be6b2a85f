import { describe, expect, it } from 'vitest';
import { JSON_LENGTH_HEADER, jsonBytesOf } from './message-body.ts';

describe('the length of the JSON in a body', () => {
  it('is in a header whose name is in lower case here, as node:http gives it', () => {
    expect(JSON_LENGTH_HEADER).toBe('inference-header-content-length');
  });

  it('is that of the body where the header is absent', () => {
    expect(jsonBytesOf(undefined, 10)).toBe(10);
    expect(jsonBytesOf('0', 10)).toBe(0);
    expect(jsonBytesOf('10', 10)).toBe(10);
  });

  it.each(['11', '-1', '1.5', 'x', '', '1e1', ' 5', '99999999999999999999'])('is not "%s" of 10 bytes', (header) => {
    expect(() => jsonBytesOf(header, 10)).toThrow(
      '[BODY_INVALID] the header Inference-Header-Content-Length must be a whole number from 0 to 10',
    );
  });
});
