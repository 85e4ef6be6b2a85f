// @ts-check
import { readFileSync } from 'node:fs';
import { run } from './networks.mjs';
import { pixelsOf } from './pixels.mjs';

/**
 * @typedef {import('./networks.mjs').Network} Network
 * @typedef {import('./networks.mjs').Networks} Networks
 * @typedef {{ label: string, confidence: number }} Guess
 * @typedef {Guess & { model: string }} Answer
 */

/** From this confidence on the first network's answer stands. */
const SURE = 0.85;

const labels = readFileSync(new URL('../../../examples/cascade/models/labels.txt', import.meta.url), 'utf8').split('\n');

/**
 * This tells what a photo shows: by the small network, and by the larger one where the small one is unsure.
 * @param {Networks} networks
 * @param {Uint8Array} photo
 * @returns {Promise<Answer>}
 */
export async function classifyPhoto({ mobilenet, efficientnet }, photo) {
  const quick = await guess(mobilenet, photo);
  if (quick.confidence >= SURE) return { ...quick, model: 'MobileNetV2' };
  return { ...(await guess(efficientnet, photo)), model: 'EfficientNet-lite2' };
}

/**
 * @param {Network} network
 * @param {Uint8Array} photo
 */
async function guess(network, photo) {
  return topLabel(await run(network, await pixelsOf(photo, network.training)));
}

/**
 * The most probable class. Of the softmax only the largest is needed: one over the sum of e to the distance from it.
 * @param {Float32Array} logits
 * @returns {Guess}
 */
function topLabel(logits) {
  let top = 0;
  for (let index = 1; index < logits.length; index++) if (logits[index] > logits[top]) top = index;
  let sum = 0;
  for (let index = 0; index < logits.length; index++) sum += Math.exp(logits[index] - logits[top]);
  return { label: labels[top], confidence: 1 / sum };
}
