import { expander, float64, int32, list, tensor } from 'flowserve';
import { type Box, mapCorners } from '../boxes/box.ts';
import { boxesFromMap } from '../boxes/boxes-from-map.ts';
import { readingOrder } from '../boxes/reading-order.ts';
import { crop } from '../image/crop.ts';
import { picture } from '../image/picture.ts';
import { placement } from './decode.ts';

/** Corners x, y in pixels of the photo, clockwise from the top left of the line. */
export const box = list(list(float64));

/** Cuts the lines that the detector has found out of the picture, in reading order. */
export const cutLines = expander({
  name: 'cut lines',
  input: { picture, placement, map: tensor('FP32', [1, -1, -1]) },
  output: { n: int32, box, line: picture },
  run: ({ picture, placement, map }) => {
    const [, mapHeight, mapWidth] = map.shape;
    const [height, width] = picture.shape;
    const boxes = boxesFromMap({ data: map.data, width: mapWidth, height: mapHeight }, { width, height });
    return readingOrder(boxes).map((found, n) => ({ n, box: inPhoto(found, placement), line: crop(picture, found) }));
  },
});

function inPhoto(found: Box, { scaleX, scaleY, band, width, height }: (typeof placement)['~value']): Box {
  return mapCorners(found, ([x, y]) => [Math.min(x * scaleX, width), Math.min(Math.max((y - band) * scaleY, 0), height)]);
}
