// @ts-check
import process from 'node:process';
import { TransliterationPool } from './pool.mjs';

// Prints the answer to each text given, as a line of JSON: node bench/baselines/transliteration/read.mjs TEXT...
const pool = new TransliterationPool();
try {
  for (const answer of await Promise.all(process.argv.slice(2).map((text) => pool.transliterate(text)))) {
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
} finally {
  await pool.close();
}
