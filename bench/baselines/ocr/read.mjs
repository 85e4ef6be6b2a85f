// @ts-check
import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { OcrPool } from './pool.mjs';

// Prints the lines of each photo given, as one line of JSON per photo: node bench/baselines/ocr/read.mjs PHOTO...
const photos = process.argv.slice(2);
const pool = new OcrPool();
try {
  const readings = photos.map(async (photo) => pool.read(await readFile(photo)));
  for (const [index, reading] of readings.entries()) {
    process.stdout.write(`${JSON.stringify({ photo: photos[index], lines: await reading })}\n`);
  }
} finally {
  await pool.close();
}
