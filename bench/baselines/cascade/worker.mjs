// @ts-check
import { parentPort } from 'node:worker_threads';
import { classifyPhoto } from './classify-photo.mjs';
import { loadNetworks } from './networks.mjs';

/**
 * @typedef {import('./classify-photo.mjs').Answer} Answer
 * @typedef {{ id: number, bytes: Uint8Array }} Request
 * @typedef {{ id: number, answer: Answer } | { id: number, failure: string } | 'ready'} Reply
 */

const port = parentPort;
if (!port) throw new Error('worker.mjs runs in a worker thread; start it through CascadePool');

const networks = await loadNetworks();

// Photos are decoded side by side; a network that computes blocks the thread, so they take turns there by themselves.
port.on('message', (/** @type {Request} */ { id, bytes }) => {
  classifyPhoto(networks, bytes).then(
    (answer) => reply({ id, answer }),
    (error) => reply({ id, failure: error instanceof Error ? error.message : String(error) }),
  );
});
reply('ready');

/** @param {Reply} message */
function reply(message) {
  port?.postMessage(message);
}
