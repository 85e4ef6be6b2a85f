import type { Box } from './box.ts';

/** Boxes whose top left corners differ by less in height are one row. The reference system's value. */
const ROW_HEIGHT = 10;

/**
 * Orders boxes from the top down and, within a row, from left to right.
 * "Same row" is not transitive on a slanted page, so a sort by row would be ill-defined: each box moves left past
 * its neighbours of the same row, as in the reference system.
 */
export function readingOrder(boxes: readonly Box[]): readonly Box[] {
  const ordered: Box[] = [];
  for (const box of boxes.toSorted(byTopLeft)) {
    let place = ordered.length;
    while (belongsBefore(box, ordered[place - 1])) place--;
    ordered.splice(place, 0, box);
  }
  return ordered;
}

function byTopLeft([[x, y]]: Box, [[otherX, otherY]]: Box): number {
  return y - otherY || x - otherX;
}

function belongsBefore([[x, y]]: Box, neighbour: Box | undefined): boolean {
  if (neighbour === undefined) return false;
  const [[otherX, otherY]] = neighbour;
  return Math.abs(y - otherY) < ROW_HEIGHT && x < otherX;
}
