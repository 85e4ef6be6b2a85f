import { FlowError } from 'flowserve';
import sharp from 'sharp';
import { createPicture, type Picture } from './picture.ts';

// Photos are decoded side by side, each by one thread, and none twice: no threads inside a decode, no cache.
sharp.concurrency(1);
sharp.cache(false);

/** A bound on memory, not on cameras: 100 megapixels are 300 MB once decoded. */
const MOST_PIXELS = 100_000_000;

/**
 * Decodes a JPEG, PNG or WebP photo as a person sees it: turned as its EXIF orientation says, grey as RGB, on
 * white, or on black where white leaves nothing to see (white letters on a transparent ground). Its colour
 * profile is not applied: the models were trained without.
 * It computes in a thread of Node's I/O pool, so it overlaps with a model that blocks this one.
 * Errors: ROW_INVALID, the caller's mistake rather than the stage's, when the bytes are not a whole picture.
 */
export async function decodePhoto(bytes: Uint8Array): Promise<Picture> {
  try {
    const photo = await decodeOver(bytes, '#fff');
    return isWhite(photo) ? await decodeOver(bytes, '#000') : photo;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FlowError('ROW_INVALID', `the photo is broken, cut short or not a JPEG, PNG or WebP picture (${reason})`, { cause });
  }
}

/** What is broken or cut short is an error to sharp unless `failOn` says otherwise. */
async function decodeOver(bytes: Uint8Array, background: string): Promise<Picture> {
  const { data, info } = await sharp(bytes, { ignoreIcc: true, limitInputPixels: MOST_PIXELS })
    .rotate()
    .flatten({ background })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return createPicture(info.width, info.height, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function isWhite({ data }: Picture): boolean {
  return data.every((level) => level === 255);
}
