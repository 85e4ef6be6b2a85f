import { FlowError } from 'flowserve';
import sharp, { type KernelEnum } from 'sharp';

// Photos are decoded side by side, each by one thread, and none twice: no threads inside a decode, no cache.
sharp.concurrency(1);
sharp.cache(false);

/** A bound on memory, not on cameras: 100 megapixels are 300 MB once decoded. */
const MOST_PIXELS = 100_000_000;

/** The shorter side of a photo becomes this much longer than the picture, and half of it is cut off at each edge. */
const MARGIN = 32;

/**
 * Decodes the centre of a JPEG, PNG or WebP photo into a square picture: red, green and blue of each pixel, row by row.
 * The photo is turned as its EXIF orientation says; its colour profile is not applied: the networks were trained without.
 * It computes in a thread of Node's I/O pool, a large JPEG at a fraction of its size.
 * Errors: ROW_INVALID, the caller's mistake rather than the stage's, when the bytes are not a whole picture.
 */
export async function decodeCentre(photo: Uint8Array, size: number, kernel: keyof KernelEnum): Promise<Uint8Array> {
  try {
    return await sharp(photo, { ignoreIcc: true, limitInputPixels: MOST_PIXELS })
      .rotate()
      .resize(size + MARGIN, size + MARGIN, { fit: 'cover', kernel })
      .extract({ left: MARGIN / 2, top: MARGIN / 2, width: size, height: size })
      .flatten({ background: '#fff' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FlowError('ROW_INVALID', `the photo is broken, cut short or not a JPEG, PNG or WebP picture (${reason})`, { cause });
  }
}
