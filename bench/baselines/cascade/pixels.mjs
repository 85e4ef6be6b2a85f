// @ts-check
import sharp from 'sharp';

/**
 * What a network was trained on.
 * @typedef {object} Training
 * @property {number} size side of its square picture
 * @property {'linear' | 'cubic'} kernel how photos were resized
 * @property {readonly [number, number, number]} mean of red, green and blue, from 0 to 255
 * @property {readonly [number, number, number]} deviation
 */

/** The shorter side is resized to this much more than the network takes, and half of it cut off at each edge. */
const MARGIN = 32;
const MOST_PIXELS = 100_000_000;

// One photo is decoded by one thread, and never twice: no threads inside a decode, no cache.
sharp.concurrency(1);
sharp.cache(false);

/**
 * This decodes the centre of a JPEG, PNG or WebP photo into normalised planes of red, green and blue. It decodes in a
 * thread of the I/O pool, a large JPEG at a fraction of its size, so it overlaps with a model that blocks this thread.
 * @param {Uint8Array} photo
 * @param {Training} training
 * @returns {Promise<Float32Array>}
 */
export async function pixelsOf(photo, { size, kernel, mean, deviation }) {
  const levels = await sharp(photo, { ignoreIcc: true, limitInputPixels: MOST_PIXELS })
    .rotate()
    .resize(size + MARGIN, size + MARGIN, { fit: 'cover', kernel })
    .extract({ left: MARGIN / 2, top: MARGIN / 2, width: size, height: size })
    .flatten({ background: '#fff' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer();
  const area = size * size;
  const planes = new Float32Array(3 * area);
  for (let plane = 0; plane < 3; plane++) {
    for (let from = plane, to = plane * area; from < levels.length; from += 3, to++)
      planes[to] = (levels[from] - mean[plane]) / deviation[plane];
  }
  return planes;
}
