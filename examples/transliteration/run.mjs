// @ts-check
// Installs, builds and sets up what is missing, then transliterates some texts: node examples/transliteration/run.mjs [TEXT...]
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { setUp } from './set-up/set-up.mjs';
import { SetUpError } from './set-up/set-up-error.mjs';

/** @typedef {{ text: string, language: string, score: number, latin: string | null }} Answer */

const path = (/** @type {string} */ relative) => fileURLToPath(new URL(relative, import.meta.url));
const FIRST_TEXTS = 9;

await import('../../scripts/build.mjs');
try {
  await setUp({ say: (line) => console.error(`• ${line}`) });
} catch (error) {
  if (!(error instanceof SetUpError)) throw error;
  console.error(`✗ ${error.message}`);
  process.exit(1);
}

/** @type {{ text: string }[]} */
const examples = JSON.parse(await readFile(path('texts.json'), 'utf8'));
const given = process.argv.slice(2).map((text) => ({ text }));
for (const { text, language, score, latin } of await answer(given.length > 0 ? given : examples.slice(0, FIRST_TEXTS))) {
  console.log(`${language} ${score.toFixed(2)}  ${text}${latin === null ? '' : `  →  ${latin}`}`);
}

/**
 * One request, by the command line as a user would make it.
 * @param {readonly { text: string }[]} rows
 * @returns {Promise<Answer[]>}
 */
async function answer(rows) {
  const folder = await mkdtemp(join(tmpdir(), 'flowserve-transliteration-'));
  try {
    const input = join(folder, 'rows.json');
    await writeFile(input, JSON.stringify(rows));
    const command = [path('../../dist/edges/cli/main.js'), 'run', path('pipeline.ts'), '--input', input];
    const { stdout } = await promisify(execFile)(process.execPath, command);
    return JSON.parse(stdout).rows;
  } finally {
    await rm(folder, { recursive: true });
  }
}
