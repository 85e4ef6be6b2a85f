// @ts-check
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { modelFiles, readAlphabet } from './model-files.mjs';

/**
 * @typedef {object} Model
 * @property {InferenceSession} session
 * @property {string} input name of its only input
 * @property {string} output name of its only output
 *
 * @typedef {object} Models
 * @property {Model} detector
 * @property {Model} orientation
 * @property {Model} recognizer
 * @property {readonly string[]} alphabet text of each class of the recognizer
 */

/**
 * This loads the three models into the calling thread.
 * @returns {Promise<Models>}
 */
export async function loadModels() {
  const [detector, orientation, recognizer] = await Promise.all([
    loadModel(modelFiles.detector),
    loadModel(modelFiles.orientation),
    loadModel(modelFiles.recognizer),
  ]);
  return { detector, orientation, recognizer, alphabet: readAlphabet() };
}

/**
 * One thread a session: photos run side by side in workers, and threads inside a session would compete with them.
 * @param {string} file
 * @returns {Promise<Model>}
 */
async function loadModel(file) {
  const session = await InferenceSession.create(file, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  return { session, input: session.inputNames[0], output: session.outputNames[0] };
}

/**
 * This runs a model on one input. It blocks the thread while the model computes.
 * @param {Model} model
 * @param {Float32Array} pixels may be reused after the promise resolves
 * @param {readonly number[]} shape
 * @returns {Promise<{ values: Float32Array, shape: readonly number[] }>}
 */
export async function runModel({ session, input, output }, pixels, shape) {
  const results = await session.run({ [input]: new Tensor('float32', pixels, shape) });
  const tensor = /** @type {import('onnxruntime-node').TypedTensor<'float32'>} */ (results[output]);
  return { values: tensor.data, shape: tensor.dims };
}
