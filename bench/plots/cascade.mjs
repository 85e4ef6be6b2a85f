// @ts-check
import { contestByHand } from '../harness/contest-by-hand.mjs';

/** @param {import('../harness/contest-by-hand.mjs').Contests} figures */
export function plot(figures) {
  return contestByHand('Photos by the two networks of examples/cascade, against the same models by hand', 'photo', figures);
}
