// @ts-check
import { parentPort } from 'node:worker_threads';
import { decodePhoto } from './decode-photo.mjs';
import { loadModels } from './models.mjs';
import { readPhoto } from './read-photo.mjs';
import { createScratch } from './scratch.mjs';

/**
 * @typedef {import('./read-photo.mjs').Line} Line
 * @typedef {{ id: number, bytes: Uint8Array }} Request
 * @typedef {{ id: number, lines: Line[] } | { id: number, failure: string } | 'ready'} Reply
 */

const port = parentPort;
if (!port) throw new Error('worker.mjs runs in a worker thread; start it through OcrPool');

const models = await loadModels();
const scratch = createScratch();

/** Settles when the photo before has been read: photos are decoded side by side and read one after another. */
let turn = Promise.resolve();

port.on('message', (/** @type {Request} */ { id, bytes }) => {
  const decoded = decodePhoto(bytes);
  decoded.catch(() => {});
  turn = turn
    .then(async () => reply({ id, lines: await readPhoto(models, await decoded, scratch) }))
    .catch((error) => reply({ id, failure: error instanceof Error ? error.message : String(error) }));
});
reply('ready');

/** @param {Reply} message */
function reply(message) {
  port?.postMessage(message);
}
