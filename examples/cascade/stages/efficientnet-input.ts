import { bytes, stage, tensor } from 'flowserve';
import { decodeCentre } from '../image/decode-centre.ts';
import { toPlanes } from '../image/to-planes.ts';

const SIZE = 260;
/** Those of the published EfficientNet-lite. */
const LEVELS = { mean: [127, 127, 127], deviation: [128, 128, 128] } as const;

/** Makes a photo the input of EfficientNet-lite2. */
export const efficientnetInput = stage({
  name: 'EfficientNet-lite2 input',
  input: { photo: bytes },
  output: { pixels: tensor('FP32', [3, SIZE, SIZE]) },
  run: async ({ photo }) => ({ pixels: toPlanes(await decodeCentre(photo, SIZE, 'cubic'), SIZE, LEVELS) }),
});
