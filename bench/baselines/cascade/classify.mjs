// @ts-check
import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { setUp } from '../../../examples/cascade/set-up.mjs';
import { CascadePool } from './pool.mjs';

// Prints what each photo given shows, as one line of JSON per photo: node bench/baselines/cascade/classify.mjs PHOTO...
const photos = process.argv.slice(2);
await setUp();
const pool = new CascadePool();
try {
  const answers = photos.map(async (photo) => pool.classify(await readFile(photo)));
  for (const [index, answer] of answers.entries()) {
    process.stdout.write(`${JSON.stringify({ photo: photos[index], ...(await answer) })}\n`);
  }
} finally {
  await pool.close();
}
