/** What calls of a size have taken. */
export interface CostPoint {
  readonly rows: number;
  readonly ms: number;
  readonly calls: number;
}

/** What a call takes, of any size: something, and as much for each row. */
export interface CostLine {
  readonly baseMs: number;
  readonly rowMs: number;
}

export function msOn({ baseMs, rowMs }: CostLine, rows: number): number {
  return baseMs + rowMs * rows;
}

/** The line that is off by the least, counted in parts of each cost; neither of its numbers is below 0. Undefined for fewer than two sizes. */
export function lineThrough(points: readonly CostPoint[]): CostLine | undefined {
  if (points.length < 2) return undefined;
  let [weights, rows, ms, squares, products] = [0, 0, 0, 0, 0];
  for (const point of points) {
    if (point.ms <= 0) return undefined;
    const weight = point.calls / point.ms ** 2;
    weights += weight;
    rows += weight * point.rows;
    ms += weight * point.ms;
    squares += weight * point.rows ** 2;
    products += weight * point.rows * point.ms;
  }
  const rowMs = (weights * products - rows * ms) / (weights * squares - rows ** 2);
  if (rowMs < 0) return { baseMs: ms / weights, rowMs: 0 };
  const baseMs = (ms - rowMs * rows) / weights;
  return baseMs < 0 ? { baseMs: 0, rowMs: products / squares } : { baseMs, rowMs };
}
