import { expect, it } from 'vitest';
import { createPicture } from './picture.ts';
import { resize } from './resize.ts';

/** A picture one pixel high, in levels of grey. */
const row = (...levels: number[]) => createPicture(levels.length, 1, Uint8Array.from(levels.flatMap((level) => [level, level, level])));
const levelsOf = ({ data }: { data: Uint8Array }) => [...data.filter((_, i) => i % 3 === 0)];

it('mixes neighbours by the distance of the pixels’ middles', () => {
  expect(levelsOf(resize(row(0, 100), 4, 1))).toEqual([0, 25, 75, 100]);
});

it('does not smooth where it makes smaller: pixels between are left out', () => {
  expect(levelsOf(resize(row(0, 255, 0, 0, 255, 0), 2, 1))).toEqual([255, 255]);
});

it('gives the picture itself at the same size', () => {
  expect(resize(row(1, 2, 3), 3, 1)).toEqual(row(1, 2, 3));
});
