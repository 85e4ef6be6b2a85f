import { pipeline, tensor } from 'flowserve';
import { onnx } from 'flowserve/onnx';
import { modelFile } from '../ocr/models.ts';

// What stands in for a Triton server here: two models behind the Open Inference Protocol, with the tensors that their files name.

const findText = onnx({
  name: 'find text',
  model: modelFile('ch_PP-OCRv4_det_infer.onnx'),
  inputs: { x: tensor('FP32', [3, -1, -1]) },
  outputs: { 'sigmoid_0.tmp_0': tensor('FP32', [1, -1, -1]) },
  maxBatch: 1,
});
export const textDetector = pipeline('text_detector', findText.input, (rows) => rows.map(findText));

const readText = onnx({
  name: 'read text',
  model: modelFile('ch_PP-OCRv4_rec_infer.onnx'),
  inputs: { x: tensor('FP32', [3, 48, -1]) },
  outputs: { 'softmax_11.tmp_0': tensor('FP32', [-1, 6625]) },
  maxBatch: 1,
});
export const textRecognizer = pipeline('text_recognizer', readText.input, (rows) => rows.map(readText));
