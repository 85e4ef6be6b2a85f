// @ts-check

/** Above this probability a pixel is text. PaddleOCR's value. */
const THRESHOLD = 0.3;

/**
 * This marks the pixels of text in the detector's map and dilates them by 2×2 (to the right and down),
 * which closes gaps of one pixel inside a line.
 * @param {Float32Array} map
 * @param {number} width
 * @returns {Uint8Array} 1 where text
 */
export function textBitmap(map, width) {
  const bitmap = new Uint8Array(map.length);
  for (let at = 0; at < map.length; at++) {
    if (map[at] <= THRESHOLD) continue;
    const wider = (at + 1) % width === 0 ? 0 : 1;
    bitmap[at] = 1;
    bitmap[at + wider] = 1;
    if (at + width >= map.length) continue;
    bitmap[at + width] = 1;
    bitmap[at + width + wider] = 1;
  }
  return bitmap;
}
