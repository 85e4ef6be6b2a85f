import { existsSync } from 'node:fs';
import { FlowError, tensor } from 'flowserve';
import { onnx } from 'flowserve/onnx';

/** Where the set-up puts the graphs and their weights. */
const folder = new URL('../../node_modules/.cache/flowserve-examples/cascade/', import.meta.url);

function modelFile(name: string): URL {
  const file = new URL(name, folder);
  if (existsSync(file)) return file;
  throw new FlowError('MODEL_MISSING', `the network ${name} has not been set up`, { hint: 'Run: node examples/cascade/set-up.mjs' });
}

// Rows run one by one (maxBatch 1): on a processor a convolutional network gains nothing from a batch.

/** Tells how much a picture of 224 × 224 pixels holds of each of ImageNet's classes. Quick. */
export const mobilenet = onnx({
  name: 'MobileNetV2',
  model: modelFile('mobilenet-v2.onnx'),
  inputs: { pixels: tensor('FP32', [3, 224, 224]) },
  outputs: { logits: tensor('FP32', [1000]) },
  maxBatch: 1,
});

/** The same of a picture of 260 × 260 pixels. Right more often, but it computes longer. */
export const efficientnet = onnx({
  name: 'EfficientNet-lite2',
  model: modelFile('efficientnet-lite2.onnx'),
  inputs: { pixels: tensor('FP32', [3, 260, 260]) },
  outputs: { logits: tensor('FP32', [1000]) },
  maxBatch: 1,
});
