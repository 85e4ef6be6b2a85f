import { type Tensor, tensor } from 'flowserve';

/** A column of pictures: red, green and blue of each pixel, row by row. */
export const picture = tensor('UINT8', [-1, -1, 3]);

/** A value of that column; its shape is height, width, 3. */
export type Picture = Tensor<'UINT8', readonly [number, number, 3]>;

/** Makes a picture; without `data` a black one. */
export function createPicture(width: number, height: number, data = new Uint8Array(width * height * 3)): Picture {
  return { datatype: 'UINT8', shape: [height, width, 3], data };
}
