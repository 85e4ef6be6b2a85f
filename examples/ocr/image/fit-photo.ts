import { multipleOf32 } from '../numbers/multiple-of-32.ts';
import { createPicture, type Picture } from './picture.ts';
import { resize } from './resize.ts';

/** A photo at a size that the detector can read, and how to get from there back to the photo. */
export interface FittedPhoto {
  readonly picture: Picture;
  /** Pixels of the photo per pixel of the picture. */
  readonly scaleX: number;
  readonly scaleY: number;
  /** Height of the black band above and below, in pixels of the picture. */
  readonly band: number;
}

// Limits of the reference system (RapidOCR's published configuration of the PP-OCR models).
const LONGEST_SIDE = 2000;
const SHORTEST_SIDE = 30;
const LOWEST_HEIGHT = 30;
const WIDEST_RATIO = 8;

/**
 * Brings a photo to at most 2000 and at least 30 pixels a side, and adds black bands where it is so wide or low that
 * its text would touch the edges.
 */
export function fitPhoto(photo: Picture): FittedPhoto {
  const resized = enlarge(shrink(photo));
  const band = bandHeight(resized);
  return {
    picture: band > 0 ? addBands(resized, band) : resized,
    scaleX: photo.shape[1] / resized.shape[1],
    scaleY: photo.shape[0] / resized.shape[0],
    band,
  };
}

function shrink(photo: Picture): Picture {
  const longest = Math.max(photo.shape[0], photo.shape[1]);
  return longest > LONGEST_SIDE ? scale(photo, LONGEST_SIDE / longest) : photo;
}

function enlarge(photo: Picture): Picture {
  const shortest = Math.min(photo.shape[0], photo.shape[1]);
  return shortest < SHORTEST_SIDE ? scale(photo, SHORTEST_SIDE / shortest) : photo;
}

function scale(photo: Picture, ratio: number): Picture {
  const [height, width] = photo.shape;
  return resize(photo, multipleOf32(width * ratio), multipleOf32(height * ratio));
}

function bandHeight({ shape: [height, width] }: Picture): number {
  if (height > LOWEST_HEIGHT && width / height <= WIDEST_RATIO) return 0;
  const wanted = Math.max(Math.trunc(width / WIDEST_RATIO), LOWEST_HEIGHT) * 2;
  return Math.trunc(Math.abs(wanted - height) / 2);
}

function addBands({ data, shape: [height, width] }: Picture, band: number): Picture {
  const padded = createPicture(width, height + 2 * band);
  padded.data.set(data, band * width * 3);
  return padded;
}
