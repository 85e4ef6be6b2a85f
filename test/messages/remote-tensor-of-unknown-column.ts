import { tensor } from 'flowserve';
import { remote } from 'flowserve/remote';

export const mistake = remote({
  name: 'm',
  url: 'http://triton:8000',
  model: 'net',
  input: { pixels: tensor('FP32', [3, 8, 8]) },
  output: { scores: tensor('FP32', [10]) },
  tensors: { pixel: 'input' },
});
