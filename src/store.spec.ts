import { describe, expect, it } from 'vitest';
import { isFlowError } from './errors/flow-error.ts';
import { bytes, float32, float64, int32, int64, json, list, nullable, record, tensor, text } from './schema/column.ts';
import { store } from './store.ts';

type Untyped = (name: unknown, definition?: unknown) => unknown;

async function refusal(make: () => unknown): Promise<string> {
  try {
    await make();
  } catch (error) {
    if (isFlowError(error)) return error.message;
    throw error;
  }
  return 'accepted';
}
const prices = () =>
  store('prices', {
    key: text,
    value: nullable(float32),
    entries: [
      ['a', 1],
      ['b', null],
    ],
  });

describe('a store', () => {
  it('holds its first entries, each with a revision', async () => {
    expect(await prices().get('a')).toEqual({ value: 1, revision: 1 });
    expect(await prices().getMany(['b', 'c'])).toEqual([{ value: null, revision: 2 }, undefined]);
  });

  it('puts and deletes', async () => {
    const some = prices();
    expect(await some.put('a', 5)).toBe(3);
    expect(await some.get('a')).toEqual({ value: 5, revision: 3 });
    expect([await some.delete('a'), await some.delete('a'), await some.get('a')]).toEqual([true, false, undefined]);
  });

  it('keeps bytes of its own: those that a row holds are handed over when its request is done with them', async () => {
    const images = store('images', { key: text, value: bytes });
    const image = Uint8Array.of(1, 2);
    await images.put('a', image);
    structuredClone(image, { transfer: [image.buffer] });
    expect((await images.get('a'))?.value).toEqual(Uint8Array.of(1, 2));
  });

  it('gives bytes and tensors that a reader may change, or hand over', async () => {
    const pixels = { datatype: 'FP32', shape: [2], data: Float32Array.of(1, 2) } as const;
    const value = record({ image: bytes, images: list(bytes), pixels: tensor('FP32', [2]) });
    const made = () => ({ image: Uint8Array.of(1, 2), images: [Uint8Array.of(3)], pixels });
    const some = store('some', { key: text, value, entries: [['a', made()]] });
    const read = async () => (await some.get('a'))?.value ?? made();
    const { image, images, pixels: numbers } = await read();
    structuredClone(image, { transfer: [image.buffer as ArrayBuffer] });
    images[0]?.fill(9);
    numbers.data.fill(9);
    expect(await read()).toEqual(made());
  });

  it('keeps lists, records, tensors and json that nobody can change, not even whoever gave them', async () => {
    const anything = json<{ tags: string[] }>({
      '~standard': { version: 1, vendor: 'spec', validate: (given) => ({ value: given as { tags: string[] } }) },
    });
    const value = record({ words: list(text), box: record({ left: int32 }), pixels: tensor('FP32', [-1]), any: anything });
    const words = ['a'];
    const any = { tags: ['x'] };
    const shape: [number] = [1];
    const some = store('some', { key: text, value });
    await some.put('a', { words, box: { left: 1 }, pixels: { datatype: 'FP32', shape, data: Float32Array.of(1) }, any });
    words.push('b');
    any.tags.push('y');
    shape[0] = 2;
    const kept = (await some.get('a'))?.value;
    expect(kept).toMatchObject({ words: ['a'], pixels: { shape: [1] }, any: { tags: ['x'] } });
    for (const part of [kept, kept?.words, kept?.box, kept?.pixels, kept?.pixels.shape, kept?.any, kept?.any.tags]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it('puts only over the revision that is expected, where one is', async () => {
    const some = prices();
    expect(await some.put('a', 2, { ifRevision: 1 })).toBe(3);
    expect(await refusal(() => some.put('a', 3, { ifRevision: 1 }))).toBe(
      '[REVISION_CHANGED] store "prices", key a: expected revision 1 but the entry has revision 3',
    );
    expect(await refusal(() => some.put('z', 3, { ifRevision: 1 }))).toMatch('expected revision 1 but there is no entry');
    expect(await some.put('z', 3, { ifRevision: 0 })).toBe(4);
  });

  it('refuses keys and values of other types, also in its first entries', async () => {
    const untyped = prices() as unknown as Record<'get' | 'put' | 'delete', (...args: unknown[]) => Promise<unknown>>;
    expect(await refusal(() => untyped.get(1))).toBe('[ENTRY_INVALID] store "prices": key must be text but is the number 1');
    expect(await refusal(() => untyped.delete(null))).toMatch('key must be text but is null');
    expect(await refusal(() => untyped.put('a', 'x'))).toBe('[ENTRY_INVALID] store "prices": value must be float32 or null but is "x"');
    expect(await refusal(() => untyped.put('a', 1, { revision: 1 }))).toMatch('there is no option "revision" (did you mean "ifRevision"?)');
    const make = store as Untyped;
    expect(await refusal(() => make('s', { key: int32, value: int64, entries: [[1, 2]] }))).toMatch(
      'value must be int64 but is the number 2',
    );
    expect(await refusal(() => make('s', { key: int32, value: int64, entries: [1] }))).toMatch(
      'each entry must be a pair of key and value',
    );
    expect(await refusal(() => make('s', { key: int32, value: int64, entries: { a: 1 } }))).toMatch(
      'entries must be an array of pairs of key and value',
    );
  });

  it('has a name, and keys that can be compared', async () => {
    const make = store as Untyped;
    expect(await refusal(() => make('a b', { key: text, value: text }))).toMatch('store: "a b" cannot be its name');
    expect(await refusal(() => make('s', { key: bytes, value: text }))).toBe(
      '[COLUMN_MISMATCH] store "s": key is bytes but must be text, bool or a number',
    );
    expect(await refusal(() => make('s', { key: nullable(text), value: text }))).toMatch('key is text or null but must be');
    expect(await refusal(() => make('s', { key: text }))).toMatch('[COLUMN_INVALID] store "s": value: undefined is not a column');
    expect(await refusal(() => make('s'))).toMatch('[OPTION_INVALID] store "s": the options must be an object');
    expect(await refusal(() => make('s', { key: text, value: text, durable: true }))).toMatch('there is no option "durable"');
  });

  it('takes NaN for a key, and -0 for 0', async () => {
    const some = store('some', {
      key: float64,
      value: text,
      entries: [
        [Number.NaN, 'nan'],
        [-0, 'zero'],
      ],
    });
    expect((await some.getMany([Number.NaN, 0])).map((entry) => entry?.value)).toEqual(['nan', 'zero']);
  });
});
