// @ts-check

/** @typedef {import('./decode-photo.mjs').Photo} Photo */

/**
 * @callback RowSink
 * @param {Int32Array} above a source row resampled to the new width, in 1/2048 grey levels
 * @param {Int32Array} below the source row after it
 * @param {number} weight share of `below`, in 1/2048
 * @param {number} row number of the new row
 */

/**
 * This resamples bilinearly without antialiasing: half-pixel centres and 11-bit weights, as OpenCV's INTER_LINEAR,
 * which the models were trained behind. An antialiased resize gives them softer strokes than they know.
 * Each source row is resampled once; the sink mixes two of them into a new row and stores it in its own layout.
 * @param {Photo} photo
 * @param {number} width
 * @param {number} height
 * @param {RowSink} sink
 */
export function resampleRows(photo, width, height, sink) {
  const columns = axis(photo.width, width, 3);
  const rows = axis(photo.height, height, 1);
  let above = { row: -1, values: new Int32Array(width * 3) };
  let below = { row: -1, values: new Int32Array(width * 3) };
  for (let y = 0; y < height; y++) {
    const top = rows.first[y];
    const bottom = rows.second[y];
    if (below.row === top) [above, below] = [below, above];
    if (above.row !== top) resampleRow(photo, columns, top, above);
    if (bottom !== top && below.row !== bottom) resampleRow(photo, columns, bottom, below);
    const next = bottom === top ? above : below;
    sink(above.values, next.values, rows.weight[y], y);
  }
}

/**
 * @param {Photo} photo
 * @param {Axis} columns
 * @param {number} row
 * @param {{ row: number, values: Int32Array }} target
 */
function resampleRow({ data, width }, columns, row, target) {
  const { first, second, weight } = columns;
  const { values } = target;
  const start = row * width * 3;
  for (let x = 0, to = 0; x < first.length; x++, to += 3) {
    const left = start + first[x];
    const right = start + second[x];
    const share = weight[x];
    const rest = 2048 - share;
    values[to] = data[left] * rest + data[right] * share;
    values[to + 1] = data[left + 1] * rest + data[right + 1] * share;
    values[to + 2] = data[left + 2] * rest + data[right + 2] * share;
  }
  target.row = row;
}

/**
 * @typedef {object} Axis for each new position, the two old ones it lies between and the share of the second
 * @property {Int32Array} first
 * @property {Int32Array} second
 * @property {Int32Array} weight in 1/2048
 */

/**
 * @param {number} from
 * @param {number} to
 * @param {number} stride of a position in the source
 * @returns {Axis}
 */
function axis(from, to, stride) {
  const first = new Int32Array(to);
  const second = new Int32Array(to);
  const weight = new Int32Array(to);
  for (let place = 0; place < to; place++) {
    const source = Math.min(Math.max((place + 0.5) * (from / to) - 0.5, 0), from - 1);
    const floor = Math.floor(source);
    first[place] = floor * stride;
    second[place] = Math.min(floor + 1, from - 1) * stride;
    weight[place] = Math.round((source - floor) * 2048);
  }
  return { first, second, weight };
}

/**
 * This resizes a photo to another photo.
 * @param {Photo} photo
 * @param {number} width
 * @param {number} height
 * @returns {Photo}
 */
export function resizePhoto(photo, width, height) {
  const data = new Uint8Array(width * height * 3);
  const stride = width * 3;
  resampleRows(photo, width, height, (above, below, weight, row) => {
    const rest = 2048 - weight;
    for (let x = 0, to = row * stride; x < stride; x++, to++) {
      data[to] = (above[x] * rest + below[x] * weight + ROUNDING) >> 22;
    }
  });
  return { data, width, height };
}

const ROUNDING = 1 << 21;
