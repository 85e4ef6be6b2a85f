/**
 * The smallest of the values that at least `percent` of them do not exceed (nearest rank); NaN of none. The values ascend.
 */
export function percentile(ascending: ArrayLike<number>, percent: number): number {
  const rank = Math.ceil((percent / 100) * ascending.length);
  return ascending[Math.max(0, rank - 1)] ?? Number.NaN;
}
