import { tensor } from 'flowserve';
import { onnx } from 'flowserve/onnx';

export const mistake = onnx({
  name: 'm',
  model: './m.onnx',
  inputs: { pixels: tensor('FP32', [3, 8, 8]) },
  outputs: { scores: tensor('FP32', [10]) },
  tensors: { pixel: 'input' },
});
