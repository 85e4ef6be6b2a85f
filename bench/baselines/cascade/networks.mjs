// @ts-check
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/**
 * @typedef {import('./pixels.mjs').Training} Training
 * @typedef {{ session: InferenceSession, training: Training }} Network
 * @typedef {{ mobilenet: Network, efficientnet: Network }} Networks
 */

const folder = new URL('../../../node_modules/.cache/flowserve-examples/cascade/', import.meta.url);

/** torchvision's references: ImageNet's mean and standard deviation. @type {Training} */
export const MOBILENET = {
  size: 224,
  kernel: 'linear',
  mean: [0.485 * 255, 0.456 * 255, 0.406 * 255],
  deviation: [0.229 * 255, 0.224 * 255, 0.225 * 255],
};
/** The published EfficientNet-lite's. @type {Training} */
export const EFFICIENTNET = { size: 260, kernel: 'cubic', mean: [127, 127, 127], deviation: [128, 128, 128] };

/**
 * This loads both networks into the calling thread.
 * @returns {Promise<Networks>}
 */
export async function loadNetworks() {
  const [mobilenet, efficientnet] = await Promise.all([load('mobilenet-v2.onnx'), load('efficientnet-lite2.onnx')]);
  return { mobilenet: { session: mobilenet, training: MOBILENET }, efficientnet: { session: efficientnet, training: EFFICIENTNET } };
}

/**
 * One thread a session: photos run side by side in workers, and threads inside a session would compete with them.
 * @param {string} file
 */
function load(file) {
  return InferenceSession.create(fileURLToPath(new URL(file, folder)), { intraOpNumThreads: 1, interOpNumThreads: 1 });
}

/**
 * This gives how much a network holds of each class. It blocks the thread while the network computes.
 * @param {Network} network
 * @param {Float32Array} pixels
 */
export async function run({ session, training: { size } }, pixels) {
  const { logits } = await session.run({ pixels: new Tensor('float32', pixels, [1, 3, size, size]) });
  return /** @type {Float32Array} */ (logits.data);
}
