import type { Picture } from './picture.ts';

/**
 * Receives the new row number `row` as a mix of two source rows, which are resampled to the new width and count in
 * 1/2048 grey levels; `weight` is the share of `below`, in 1/2048. See `mixLevels`.
 */
type RowSink = (above: Int32Array, below: Int32Array, weight: number, row: number) => void;

/** 1 in the fixed-point numbers of weights. OpenCV's value. */
const ONE = 2048;

/**
 * Resamples bilinearly without antialiasing: half-pixel centres and 11-bit weights, as OpenCV's INTER_LINEAR, which
 * the models were trained behind. An antialiased resize gives them softer strokes than they know.
 * Each source row is resampled once; the sink mixes two of them into a new row and stores it in its own layout.
 */
export function resampleRows(picture: Picture, width: number, height: number, sink: RowSink): void {
  const columns = createAxis(picture.shape[1], width, 3);
  const rows = createAxis(picture.shape[0], height, 1);
  let above = { row: -1, levels: new Int32Array(width * 3) };
  let below = { row: -1, levels: new Int32Array(width * 3) };
  for (let y = 0; y < height; y++) {
    const top = rows.first[y] as number;
    const bottom = rows.second[y] as number;
    if (below.row === top) [above, below] = [below, above];
    if (above.row !== top) resampleRow(picture, columns, top, above);
    if (bottom !== top && below.row !== bottom) resampleRow(picture, columns, bottom, below);
    const next = bottom === top ? above : below;
    sink(above.levels, next.levels, rows.weight[y] as number, y);
  }
}

/** One grey level, 0 to 255, from two of resampled rows. */
export function mixLevels(above: number, below: number, weight: number): number {
  return (above * (ONE - weight) + below * weight + (1 << 21)) >> 22;
}

function resampleRow({ data, shape }: Picture, columns: Axis, row: number, target: { row: number; levels: Int32Array }): void {
  const { first, second, weight } = columns;
  const { levels } = target;
  const start = row * shape[1] * 3;
  for (let x = 0, to = 0; x < first.length; x++, to += 3) {
    const left = start + (first[x] as number);
    const right = start + (second[x] as number);
    const share = weight[x] as number;
    const rest = ONE - share;
    levels[to] = (data[left] as number) * rest + (data[right] as number) * share;
    levels[to + 1] = (data[left + 1] as number) * rest + (data[right + 1] as number) * share;
    levels[to + 2] = (data[left + 2] as number) * rest + (data[right + 2] as number) * share;
  }
  target.row = row;
}

/** For each new position, the two old ones it lies between, and the share of the second in 1/2048. */
interface Axis {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly weight: Int32Array;
}

/** `stride` is the distance of two neighbouring positions in the source's data. */
function createAxis(from: number, to: number, stride: number): Axis {
  const axis = { first: new Int32Array(to), second: new Int32Array(to), weight: new Int32Array(to) };
  for (let place = 0; place < to; place++) {
    const source = Math.min(Math.max((place + 0.5) * (from / to) - 0.5, 0), from - 1);
    const floor = Math.floor(source);
    axis.first[place] = floor * stride;
    axis.second[place] = Math.min(floor + 1, from - 1) * stride;
    axis.weight[place] = Math.round((source - floor) * ONE);
  }
  return axis;
}
