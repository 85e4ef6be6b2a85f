// @ts-check
// Installs, builds, fetches the networks and tells what photos show: node examples/cascade/run.mjs [PHOTO ...]
import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { relative } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { root } from '../../scripts/steps.mjs';
import { setUp } from './set-up.mjs';

const cli = `${root}dist/edges/cli/main.js`;
const pipeline = fileURLToPath(new URL('./pipeline.ts', import.meta.url));

await import('../../scripts/build.mjs');
try {
  await setUp();
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
const given = process.argv.slice(2);
for (const photo of given.length > 0 ? given : await photosOfExample()) {
  // Why there is none has been said.
  const answer = await classify(photo);
  if (answer === undefined) process.exitCode = 1;
  else console.log(`${photo}: ${answer.label}, ${answer.confidence.toFixed(2)} by ${answer.model}`);
}

async function photosOfExample() {
  const folder = fileURLToPath(new URL('./photos/', import.meta.url));
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jpg')).sort();
  return names.map((name) => relative(process.cwd(), `${folder}${name}`));
}

/**
 * What a user would type.
 * @param {string} photo
 * @returns {Promise<{ label: string, confidence: number, model: string } | undefined>}
 */
async function classify(photo) {
  const child = spawn(process.execPath, [cli, 'run', pipeline, '--input', photo], { stdio: ['ignore', 'pipe', 'inherit'] });
  const printed = await text(child.stdout);
  return printed === '' ? undefined : JSON.parse(printed).row;
}
