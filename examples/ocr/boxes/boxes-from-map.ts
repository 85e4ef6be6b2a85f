import { roundHalfEven } from '../numbers/round-half-even.ts';
import { type Box, distance, mapCorners, orderCorners } from './box.ts';
import { boxScore } from './box-score.ts';
import { components } from './components.ts';
import { growBox } from './grow-box.ts';
import { minAreaRectangle } from './min-area-rectangle.ts';
import type { ProbabilityMap } from './probability-map.ts';
import { textBitmap } from './text-bitmap.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

// Limits of the reference system, in pixels of the map before growing, after it, and in pixels of the picture.
const SHORTEST_BEFORE = 3;
const SHORTEST_AFTER = 5;
const SHORTEST_IN_PICTURE = 4;
const LEAST_SCORE = 0.5;

/**
 * Turns the detector's map into boxes around lines, in whole pixels of the picture that the detector was given at the
 * map's size. They are in no order.
 * Source: Differentiable Binarization (arXiv 1911.08947) with PaddleOCR's constants.
 */
export function boxesFromMap(map: ProbabilityMap, picture: Size): readonly Box[] {
  return components(textBitmap(map.data, map.width), map.width, map.height)
    .map((part) => boxOfPart(part, map))
    .filter((box) => box !== null)
    .map((box) => toPicture(box, map, picture))
    .filter(isLargeEnough);
}

function boxOfPart(part: readonly number[], map: ProbabilityMap): Box | null {
  const tight = minAreaRectangle(part);
  if (tight.shorterSide < SHORTEST_BEFORE) return null;
  if (boxScore(map, tight.box) < LEAST_SCORE) return null;
  const grown = minAreaRectangle(growBox(tight.box));
  return grown.shorterSide < SHORTEST_AFTER ? null : grown.box;
}

function toPicture(box: Box, map: Size, { width, height }: Size): Box {
  const [scaleX, scaleY] = [width / map.width, height / map.height];
  return orderCorners(mapCorners(box, ([x, y]) => [clip(x * scaleX, width), clip(y * scaleY, height)]));
}

function clip(value: number, size: number): number {
  return Math.min(Math.max(roundHalfEven(value), 0), size - 1);
}

function isLargeEnough([topLeft, topRight, , bottomLeft]: Box): boolean {
  return distance(topLeft, topRight) >= SHORTEST_IN_PICTURE && distance(topLeft, bottomLeft) >= SHORTEST_IN_PICTURE;
}
