import { readFileSync } from 'node:fs';
import { modelFile } from '../models.ts';

/**
 * Lists what each class of the recognizer stands for: the blank, the keys, the space.
 * The lines are not trimmed: one key is the full-width space.
 */
export function readAlphabet(): readonly string[] {
  const keys = readFileSync(modelFile('ppocr_keys_v1.txt'), 'utf8').split('\n');
  return ['', ...keys, ' '];
}
