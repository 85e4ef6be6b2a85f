import { bytes, stage, tensor } from 'flowserve';
import { decodeCentre } from '../image/decode-centre.ts';
import { toPlanes } from '../image/to-planes.ts';

const SIZE = 224;
/** ImageNet's, by which torchvision trains. */
const LEVELS = { mean: [0.485 * 255, 0.456 * 255, 0.406 * 255], deviation: [0.229 * 255, 0.224 * 255, 0.225 * 255] } as const;

/** Makes a photo the input of MobileNetV2. */
export const mobilenetInput = stage({
  name: 'MobileNetV2 input',
  input: { photo: bytes },
  output: { pixels: tensor('FP32', [3, SIZE, SIZE]) },
  run: async ({ photo }) => ({ pixels: toPlanes(await decodeCentre(photo, SIZE, 'linear'), SIZE, LEVELS) }),
});
