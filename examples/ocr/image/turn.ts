import { createPicture, type Picture } from './picture.ts';

/** Turns a picture a quarter counter-clockwise. */
export function quarterTurn({ data, shape: [height, width] }: Picture): Picture {
  const turned = createPicture(height, width);
  for (let y = 0, from = 0; y < height; y++) {
    for (let x = 0; x < width; x++, from += 3) copyPixel(data, from, turned.data, ((width - 1 - x) * height + y) * 3);
  }
  return turned;
}

/** Turns a picture upside down. */
export function halfTurn({ data, shape: [height, width] }: Picture): Picture {
  const turned = createPicture(width, height);
  for (let from = 0; from < data.length; from += 3) copyPixel(data, from, turned.data, data.length - 3 - from);
  return turned;
}

function copyPixel(source: Uint8Array, from: number, target: Uint8Array, to: number): void {
  target[to] = source[from] as number;
  target[to + 1] = source[from + 1] as number;
  target[to + 2] = source[from + 2] as number;
}
