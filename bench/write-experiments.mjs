// @ts-check
// Writes what is in bench/results into docs/experiments.md: node bench/write-experiments.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { withResults } from './harness/experiments-document.mjs';

const file = new URL('../docs/experiments.md', import.meta.url);
writeFileSync(file, withResults(readFileSync(file, 'utf8')));
