import { stage, tensor } from 'flowserve';
import { picture } from '../image/picture.ts';
import { toTensor } from '../image/to-tensor.ts';

// What the classifier of orientation is trained on. PaddleOCR's values.
const HEIGHT = 48;
const WIDTH = 192;

/** Makes a line the input of the model that tells upright from upside down. */
export const orientationInput = stage({
  name: 'orientation input',
  input: { line: picture },
  output: { pixels: tensor('FP32', [3, HEIGHT, WIDTH]) },
  run: ({ line }) => {
    const [height, width] = line.shape;
    const contentWidth = Math.min(WIDTH, Math.ceil((HEIGHT * width) / height));
    return { pixels: toTensor(line, contentWidth, HEIGHT, WIDTH) };
  },
});
