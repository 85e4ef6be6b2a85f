import { createPicture, type Picture } from './picture.ts';
import { mixLevels, resampleRows } from './resample-rows.ts';

/** Resizes a picture; see `resampleRows` for how. */
export function resize(picture: Picture, width: number, height: number): Picture {
  const resized = createPicture(width, height);
  const { data } = resized;
  const stride = width * 3;
  resampleRows(picture, width, height, (above, below, weight, row) => {
    for (let x = 0, to = row * stride; x < stride; x++, to++) data[to] = mixLevels(above[x] as number, below[x] as number, weight);
  });
  return resized;
}
