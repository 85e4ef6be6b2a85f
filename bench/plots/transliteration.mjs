// @ts-check
import { contestByHand } from '../harness/contest-by-hand.mjs';

/** @param {import('../harness/contest-by-hand.mjs').Contests} figures */
export function plot(figures) {
  return contestByHand('Texts by examples/transliteration, Python and two sequence models, against the same by hand', 'text', figures);
}
