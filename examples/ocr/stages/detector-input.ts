import { stage, tensor } from 'flowserve';
import { picture } from '../image/picture.ts';
import { toTensor } from '../image/to-tensor.ts';
import { multipleOf32 } from '../numbers/multiple-of-32.ts';

/** The shorter side of the picture is scaled up to this, never down. PaddleOCR's value. */
const SHORTEST_SIDE = 736;

/** Makes a picture the detector's input. */
export const detectorInput = stage({
  name: 'detector input',
  input: { picture },
  output: { pixels: tensor('FP32', [3, -1, -1]) },
  run: ({ picture }) => {
    const [height, width] = picture.shape;
    const ratio = Math.max(SHORTEST_SIDE / Math.min(width, height), 1);
    const paddedWidth = multipleOf32(width * ratio);
    return { pixels: toTensor(picture, paddedWidth, multipleOf32(height * ratio), paddedWidth) };
  },
});
