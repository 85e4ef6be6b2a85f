import { roundHalfEven } from './round-half-even.ts';

/** Rounds a side to what the detector needs: a multiple of 32, at least one. */
export function multipleOf32(side: number): number {
  return Math.max(roundHalfEven(Math.trunc(side) / 32), 1) * 32;
}
