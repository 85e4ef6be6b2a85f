// @ts-check
// Writes what a network is given of a photo, as 32-bit floats, to the standard output: write-pixels.mjs PHOTO NETWORK
import { readFile } from 'node:fs/promises';
import process from 'node:process';
// To the bit what the stages of the pipeline give, as pipeline.spec.ts checks, and Node runs it as it is.
import { EFFICIENTNET, MOBILENET } from '../../../bench/baselines/cascade/networks.mjs';
import { pixelsOf } from '../../../bench/baselines/cascade/pixels.mjs';

const [, , photo = '', network = ''] = process.argv;
const training = { 'mobilenet-v2': MOBILENET, 'efficientnet-lite2': EFFICIENTNET }[network];
if (training === undefined) throw new Error(`there is no network "${network}"`);
const pixels = await pixelsOf(await readFile(photo), training);
process.stdout.write(Buffer.from(pixels.buffer));
