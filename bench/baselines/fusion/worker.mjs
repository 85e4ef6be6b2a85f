// @ts-check
// Gives back the bytes it is given, in the memory they came in.
import { parentPort } from 'node:worker_threads';

parentPort?.on('message', (/** @type {{ number: number, bytes: Uint8Array<ArrayBuffer> }} */ { number, bytes }) => {
  parentPort?.postMessage({ number, bytes }, [bytes.buffer]);
});
