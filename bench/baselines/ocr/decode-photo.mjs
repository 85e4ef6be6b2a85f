// @ts-check
import sharp from 'sharp';

/**
 * @typedef {object} Photo
 * @property {Uint8Array} data red, green, blue of each pixel, row by row
 * @property {number} width
 * @property {number} height
 */

// One photo is decoded by one thread, and never twice: no threads inside a decode, no cache.
sharp.concurrency(1);
sharp.cache(false);

/**
 * This decodes a JPEG, PNG or WebP photo as a person sees it: turned as its EXIF orientation says, grey as RGB,
 * on white, or on black where white leaves nothing to see (white letters on a transparent ground).
 * Its colour profile is not applied: the models were trained without.
 * It runs in a thread of the I/O pool, so it overlaps with a model that blocks this thread.
 * @param {Uint8Array} bytes
 * @returns {Promise<Photo>}
 */
export async function decodePhoto(bytes) {
  const photo = await decodeOver(bytes, '#fff');
  return isWhite(photo) ? decodeOver(bytes, '#000') : photo;
}

/**
 * @param {Uint8Array} bytes
 * @param {string} background
 * @returns {Promise<Photo>}
 */
async function decodeOver(bytes, background) {
  const { data, info } = await sharp(bytes, { ignoreIcc: true, limitInputPixels: MOST_PIXELS })
    .rotate()
    .flatten({ background })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), width: info.width, height: info.height };
}

/** A bound on memory, not on cameras: 100 megapixels are 300 MB once decoded. */
const MOST_PIXELS = 100_000_000;

/** @param {Photo} photo */
function isWhite({ data }) {
  return data.every((level) => level === 255);
}
