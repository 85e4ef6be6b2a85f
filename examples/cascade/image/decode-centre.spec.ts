import sharp, { type Color } from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeCentre } from './decode-centre.ts';

/** A photo of one colour. */
const plain = (width: number, height: number, background: Color) => sharp({ create: { width, height, channels: 4, background } });

describe('decodeCentre', () => {
  it('gives red, green and blue of a square picture', async () => {
    const photo = await plain(300, 200, '#ff8000').png().toBuffer();
    const picture = await decodeCentre(photo, 8, 'linear');
    expect(picture.length).toBe(8 * 8 * 3);
    expect([...picture.subarray(0, 3)]).toEqual([255, 128, 0]);
  });

  it('leaves out what is far from the centre', async () => {
    const edge = await plain(100, 100, '#000').png().toBuffer();
    const photo = await plain(300, 100, '#fff')
      .composite([{ input: edge, left: 0, top: 0 }])
      .png()
      .toBuffer();
    expect((await decodeCentre(photo, 8, 'cubic')).every((level) => level === 255)).toBe(true);
  });

  it.each([
    ['a grey photo', plain(40, 40, '#808080').toColourspace('b-w'), 128],
    ['a transparent one, which lies on white', plain(40, 40, '#0000'), 255],
    ['a photo of one pixel', plain(1, 1, '#404040'), 64],
  ])('gives three channels of %s', async (_, photo, level) => {
    const picture = await decodeCentre(await photo.png().toBuffer(), 8, 'linear');
    expect(new Set(picture)).toEqual(new Set([level]));
    expect(picture.length).toBe(8 * 8 * 3);
  });
});
