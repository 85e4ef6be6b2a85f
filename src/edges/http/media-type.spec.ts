import { describe, expect, it } from 'vitest';
import { accepts, charsetOf, isJson, mediaTypeOf } from './media-type.ts';

describe('a content type', () => {
  it('is JSON with parameters, in any case, and with a suffix', () => {
    for (const type of ['application/json', 'APPLICATION/JSON', 'application/json ; charset=utf-8', 'application/ld+json']) {
      expect(isJson(mediaTypeOf(type)), type).toBe(true);
    }
  });

  it('is not JSON because it looks like it', () => {
    for (const type of [
      undefined,
      '',
      'json',
      'text/json',
      'application/jsonp',
      'application/json/x',
      'text/plain; x=application/json',
      '+json',
    ]) {
      expect(isJson(mediaTypeOf(type)), type).toBe(false);
    }
  });

  it('may name a charset', () => {
    expect(charsetOf('application/json; a=b; Charset="UTF-8"')).toBe('utf-8');
    expect(charsetOf('application/json')).toBeUndefined();
  });
});

describe('accepts', () => {
  it('wants the type itself, not a wildcard', () => {
    const raw = 'application/octet-stream';
    expect(['application/octet-stream', 'text/html, Application/Octet-Stream;q=0.5'].map((header) => accepts(header, raw))).toEqual([
      true,
      true,
    ]);
    expect(
      [undefined, '*/*', 'application/*', 'application/octet-stream;q=0', 'application/octet-stream-x'].map((header) =>
        accepts(header, raw),
      ),
    ).toEqual(new Array(5).fill(false));
  });
});
