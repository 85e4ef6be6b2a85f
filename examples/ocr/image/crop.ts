import { type Box, distance } from '../boxes/box.ts';
import { perspectiveTo } from './perspective.ts';
import { createPicture, type Picture } from './picture.ts';
import { sampleBicubic } from './sample-bicubic.ts';
import { quarterTurn } from './turn.ts';

/** From this height per width a line is taken to run downwards. PaddleOCR's value. */
const TALL = 1.5;

/** Cuts a line out of a picture and straightens it. A tall one is turned a quarter counter-clockwise. */
export function crop(picture: Picture, box: Box): Picture {
  const [topLeft, topRight, bottomRight, bottomLeft] = box;
  const width = Math.trunc(Math.max(distance(topLeft, topRight), distance(bottomRight, bottomLeft)));
  const height = Math.trunc(Math.max(distance(topLeft, bottomLeft), distance(topRight, bottomRight)));
  const line = isUpright(box) ? cut(picture, box, width, height) : straighten(picture, box, width, height);
  return height / width >= TALL ? quarterTurn(line) : line;
}

function isUpright([topLeft, topRight, bottomRight, bottomLeft]: Box): boolean {
  const isLevel = topLeft[1] === topRight[1] && bottomLeft[1] === bottomRight[1];
  return isLevel && topLeft[0] === bottomLeft[0] && topRight[0] === bottomRight[0];
}

/** Most lines: corners are whole pixels, so an upright box needs no resampling. */
function cut({ data, shape }: Picture, [[left, top]]: Box, width: number, height: number): Picture {
  const line = createPicture(width, height);
  for (let row = 0; row < height; row++) {
    const start = ((top + row) * shape[1] + left) * 3;
    line.data.set(data.subarray(start, start + width * 3), row * width * 3);
  }
  return line;
}

function straighten(picture: Picture, box: Box, width: number, height: number): Picture {
  const [a, b, c, d, e, f, g, h] = perspectiveTo(box);
  const data = new Uint8ClampedArray(width * height * 3);
  for (let y = 0, to = 0; y < height; y++) {
    const v = y / height;
    for (let x = 0; x < width; x++, to += 3) {
      const u = x / width;
      const depth = 1 / (g * u + h * v + 1);
      const fromX = Math.round((a * u + b * v + c) * depth * 32);
      const fromY = Math.round((d * u + e * v + f) * depth * 32);
      sampleBicubic(picture, fromX, fromY, data, to);
    }
  }
  return createPicture(width, height, new Uint8Array(data.buffer));
}
