// @ts-check

/** @typedef {Readonly<Record<'p50' | 'p99' | 'p999', number>>} Quantiles */

/**
 * @param {readonly number[]} values
 * @returns {Quantiles}
 */
export function quantilesOf(values) {
  const ascending = [...values].sort((a, b) => a - b);
  const at = (/** @type {number} */ share) => ascending[Math.min(ascending.length - 1, Math.floor(share * ascending.length))];
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999) };
}
