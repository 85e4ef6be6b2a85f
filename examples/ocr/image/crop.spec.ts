import { describe, expect, it } from 'vitest';
import type { Box } from '../boxes/box.ts';
import { crop } from './crop.ts';
import { createPicture, type Picture } from './picture.ts';

/** Its red tells the column of a pixel, its green the row. */
function chart(size: number): Picture {
  const picture = createPicture(size, size);
  for (let at = 0; at < size * size; at++) picture.data.set([at % size, Math.floor(at / size), 0], at * 3);
  return picture;
}
const colourAt = ({ data, shape }: Picture, x: number, y: number) => [...data.subarray((y * shape[1] + x) * 3).subarray(0, 2)];

describe('crop', () => {
  it('copies an upright box', () => {
    const box: Box = [
      [10, 20],
      [40, 20],
      [40, 30],
      [10, 30],
    ];
    const line = crop(chart(100), box);
    expect(line.shape).toEqual([10, 30, 3]);
    expect(colourAt(line, 0, 0)).toEqual([10, 20]);
    expect(colourAt(line, 29, 9)).toEqual([39, 29]);
  });

  it('straightens a slanted box', () => {
    const box: Box = [
      [20, 50],
      [60, 20],
      [66, 28],
      [26, 58],
    ];
    const line = crop(chart(100), box);
    expect(line.shape).toEqual([10, 50, 3]);
    expect(colourAt(line, 0, 0)).toEqual([20, 50]);
    expect(colourAt(line, 25, 0)).toEqual([40, 35]);
    expect(colourAt(line, 25, 5)).toEqual([43, 39]);
  });

  it('turns a tall line so that its top comes to the left', () => {
    const box: Box = [
      [10, 20],
      [20, 20],
      [20, 50],
      [10, 50],
    ];
    const line = crop(chart(100), box);
    expect(line.shape).toEqual([10, 30, 3]);
    expect(colourAt(line, 0, 0)).toEqual([19, 20]);
    expect(colourAt(line, 29, 0)).toEqual([19, 49]);
  });
});
