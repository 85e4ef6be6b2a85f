// @ts-check

/**
 * This hands out one array again and again, grown as needed: a fresh one of megabytes for each input
 * would cost page faults and garbage. The last one handed out is overwritten by the next.
 * @returns {(length: number) => Float32Array}
 */
export function createScratch() {
  let whole = new Float32Array(0);
  return (length) => {
    if (whole.length < length) whole = new Float32Array(length);
    return whole.subarray(0, length);
  };
}
