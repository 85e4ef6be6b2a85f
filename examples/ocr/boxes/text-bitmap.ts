/** Above this probability a pixel is text. PaddleOCR's value. */
const THRESHOLD = 0.3;

/**
 * Marks the pixels of text in the detector's map, with a 1, and dilates them by 2×2 (to the right and down), which
 * closes gaps of one pixel inside a line.
 */
export function textBitmap(map: Float32Array, width: number): Uint8Array {
  const bitmap = new Uint8Array(map.length);
  for (let at = 0; at < map.length; at++) {
    if ((map[at] as number) <= THRESHOLD) continue;
    const wider = (at + 1) % width === 0 ? 0 : 1;
    bitmap[at] = 1;
    bitmap[at + wider] = 1;
    if (at + width >= map.length) continue;
    bitmap[at + width] = 1;
    bitmap[at + width + wider] = 1;
  }
  return bitmap;
}
