import { bytes, float64, int32, record, stage } from 'flowserve';
import { decodePhoto } from '../image/decode-photo.ts';
import { fitPhoto } from '../image/fit-photo.ts';
import { picture } from '../image/picture.ts';

/** How a place in the fitted picture is found in the photo; see `FittedPhoto`. Width and height are the photo's. */
export const placement = record({ scaleX: float64, scaleY: float64, band: int32, width: int32, height: int32 });

/** Decodes a photo and brings it to a size that the detector can read. */
export const decode = stage({
  name: 'decode',
  input: { photo: bytes },
  output: { picture, placement },
  run: async ({ photo }) => {
    const decoded = await decodePhoto(photo);
    const [height, width] = decoded.shape;
    const { picture, ...scale } = fitPhoto(decoded);
    return { picture, placement: { ...scale, width, height } };
  },
});
