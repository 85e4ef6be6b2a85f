/** Sizes of calls that are known together: 1, 2, 3–4, 5–8, … by number, from 0. */
export function sizeClassOf(rows: number): number {
  return 32 - Math.clz32(rows - 1);
}
